package dev.stlm.training.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OuterOptimizerTest {
  private static final Map<String, Tensor> START = weights(1, -0f, 3);

  @Test
  void theAverageOfOneWorkerIsThatWorkerBitByBit() {
    float[] mean = values(new WeightAverage().next(START, List.of(weights(0.1f, -0f, 1e-40f))));
    assertThat(mean).containsExactly(0.1f, -0f, 1e-40f);
    assertThat(Float.floatToRawIntBits(mean[1])).isEqualTo(Float.floatToRawIntBits(-0f));
  }

  @Test
  void theAverageOfTwoIsTheirMean() {
    assertThat(values(new WeightAverage().next(START, List.of(weights(1, 2, 3), weights(2, 4, 7)))))
        .containsExactly(1.5f, 3, 5);
  }

  @Test
  void nesterovFollowsTheFormulaOfThePaper() {
    NesterovMomentum outer = new NesterovMomentum(0.5, 0.5);
    // Δ = 1, m = 1: 4 − 0.5 · (1 + 0.5) = 3.25
    Map<String, Tensor> first =
        outer.next(weights(4, 4, 4), List.of(weights(2, 2, 2), weights(4, 4, 4)));
    assertThat(values(first)).containsExactly(3.25f, 3.25f, 3.25f);
    // Δ = 0.25, m = 0.75: 3.25 − 0.5 · (0.25 + 0.375) = 2.9375
    assertThat(values(outer.next(first, List.of(weights(3, 3, 3)))))
        .containsExactly(2.9375f, 2.9375f, 2.9375f);
  }

  @Test
  void withRateOneAndNoMomentumItIsTheAverage() {
    assertThat(
            values(
                new NesterovMomentum(1, 0)
                    .next(weights(1, 2, 3), List.of(weights(2, 2, 2), weights(4, 4, 4)))))
        .containsExactly(3, 3, 3);
  }

  @Test
  void aRateOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new NesterovMomentum(0, 0.9))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new NesterovMomentum(0.7, 1))
        .isInstanceOf(InvalidInputException.class);
  }

  private static Map<String, Tensor> weights(float... values) {
    return Map.of("w", Tensor.F32.of(1, values.length, values));
  }

  private static float[] values(Map<String, Tensor> weights) {
    return Objects.requireNonNull(weights.get("w")).toFloats();
  }
}
