package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.training.RunTimes;
import dev.stlm.training.internal.loop.RunClock.Part;
import org.junit.jupiter.api.Test;

class RunClockTest {
  private long now = 5_000_000_000L;

  @Test
  void everySecondBelongsToOnePartAndThePartsAreTheWhole() {
    RunClock clock = new RunClock(() -> now, RunTimes.NONE);
    pass(1);
    int answer =
        clock.in(
            Part.ENGINE,
            () -> {
              pass(10);
              clock.during(Part.LISTENERS, () -> pass(3));
              pass(20);
              return 42;
            });
    assertThat(answer).isEqualTo(42);
    pass(2);
    RunTimes times = clock.times();
    assertThat(times.engine()).isEqualTo(30);
    assertThat(times.listeners()).isEqualTo(3);
    assertThat(times.rest()).isEqualTo(3);
    assertThat(times.total()).isEqualTo(36).isEqualTo(clock.seconds());
    assertThat(times.outsideShare()).isCloseTo(6 / 36.0, within(1e-12));
  }

  @Test
  void workThatFailsHasTakenItsTimeAllTheSame() {
    RunClock clock = new RunClock(() -> now, RunTimes.NONE);
    assertThatThrownBy(() ->
            clock.during(
                Part.CHECKPOINTS,
                () -> {
                  pass(4);
                  throw new IllegalStateException("disk");
                }))
        .hasMessage("disk");
    pass(1);
    assertThat(clock.times().checkpoints()).isEqualTo(4);
    assertThat(clock.times().rest()).isEqualTo(1);
  }

  @Test
  void aResumedRunGoesOnWithTheTimesThatItHad() {
    RunTimes before = new RunTimes(1, 2, 3, 4, 5, 6, 7, 8, 9);
    RunClock clock = new RunClock(() -> now, before);
    assertThat(clock.times()).isEqualTo(before);
    clock.during(Part.DATA, () -> pass(1));
    assertThat(clock.times().data()).isEqualTo(5);
    assertThat(clock.seconds()).isEqualTo(46);
  }

  private void pass(int seconds) {
    now += seconds * 1_000_000_000L;
  }
}
