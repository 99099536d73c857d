package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.config.ScheduleConfig;
import dev.stlm.training.config.ScheduleConfig.Shape;
import dev.stlm.training.internal.torch.OptimiserGoldens;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-12);

  private final Schedule schedule =
      new Schedule(0.004, new ScheduleConfig(Shape.COSINE, 0.1, 1, 0.05));

  @Test
  void theRateClimbsStraightToThePeak() {
    assertThat(schedule.learningRate(0.025)).isCloseTo(0.001, EXACT);
    assertThat(schedule.learningRate(0.05)).isCloseTo(0.002, EXACT);
    assertThat(schedule.learningRate(0.1)).isCloseTo(0.004, EXACT);
  }

  @Test
  void theRateFallsAlongACosineToItsFinalShare() {
    assertThat(schedule.learningRate(0.55)).isCloseTo(0.004 * (0.05 + 0.95 / 2), EXACT);
    assertThat(schedule.learningRate(1)).isCloseTo(0.004 * 0.05, EXACT);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cosine, COSINE, 1",
    "linear, LINEAR, 1",
    "wsdSqrt, SQRT, 0.25",
    "wsdLinear, LINEAR, 0.25"
  })
  void aScheduleIsTheOneOfTransformers(String name, Shape shape, double decay) {
    double[] rates = OptimiserGoldens.read().schedule(name);
    Schedule ours = new Schedule(1, new ScheduleConfig(shape, 0.1, decay, 0));
    int steps = rates.length - 1;
    for (int step = 0; step <= steps; step++) {
      assertThat(ours.learningRate(step / (double) steps))
          .as("step %d", step)
          .isCloseTo(rates[step], Offset.offset(1e-11));
    }
  }
}
