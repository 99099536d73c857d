package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutProgramTest {
  private static final int SIZE = 200_000;
  private static final DropoutProgram DROPOUT = DropoutProgram.ofStack(true, 0);

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void valuesFallOutAtTheRateAndTheRestKeepTheMean(double rate) {
    double[] dropped = dropped(rate, 5, 0);
    double kept = 1 / (1 - rate);
    double zeros = 0;
    double mean = 0;
    double variance = 0;
    for (double d : dropped) {
      if (d == 0) {
        zeros += 1.0 / SIZE;
      } else {
        assertThat(d).isCloseTo(kept, Offset.offset(1e-12));
      }
      mean += d / SIZE;
      variance += (d - 1) * (d - 1) / SIZE;
    }
    // five standard errors of a share of 200,000
    double error = 5 * Math.sqrt(rate * (1 - rate) / SIZE);
    assertThat(zeros).isCloseTo(rate, Offset.offset(error));
    assertThat(mean).isCloseTo(1, Offset.offset(kept * error));
    assertThat(variance).isCloseTo(rate * kept, Offset.offset(kept * kept * error));
  }

  @Test
  void placesAndSeedsLoseOtherValuesAndTheSameOnesLoseTheSame() {
    double[] first = dropped(0.5, 5, 0);
    assertThat(dropped(0.5, 5, 0)).isEqualTo(first);
    for (double[] other : List.of(dropped(0.5, 5, 1), dropped(0.5, 0x1p47, 0))) {
      double same = 0;
      for (int i = 0; i < SIZE; i++) {
        same += other[i] == first[i] ? 1.0 / SIZE : 0;
      }
      assertThat(same).isCloseTo(0.5, Offset.offset(0.006));
    }
  }

  @Test
  void aRateOfZeroLosesNothing() {
    assertThat(Arrays.stream(dropped(0, 5, 0))).containsOnly(1.0);
  }

  private static double[] dropped(double rate, double seed, int place) {
    String text =
        TorchScriptArchive.CLASS_HEADER
            + DROPOUT.methods()
            + new ScriptMethod("ones", "x: Tensor, noise: Tensor", "Tensor")
                .line("return self.dropped(x, noise, %d)".formatted(place))
                .text();
    try (NDManager manager = TestDevice.open()) {
      NDArray ones = manager.ones(new Shape(SIZE), DataType.FLOAT64);
      NDArray noise = manager.create(new double[] {rate, seed});
      return new TorchProgram(manager, text)
          .call("ones", false, List.of(ones, noise), List.of())
          .singletonOrThrow()
          .toDoubleArray();
    }
  }
}
