package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.config.ScheduleConfig;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-12);

  private final Schedule schedule =
      new Schedule(0.004, new ScheduleConfig(ScheduleConfig.Shape.COSINE, 0.1, 0.05));

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
}
