package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.config.Budget;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void aRunOfStepsFollowsItsStepsAlone() {
    Pace pace = new Pace(Budget.ofSteps(10));
    pace.stepTook(100);
    pace.closingTook(100);
    assertThat(pace.fraction(3, 1e6)).isEqualTo(0.3);
    assertThat(pace.fraction(10, 0)).isEqualTo(1);
  }

  @Test
  void theEarlierOfTwoLimitsEndsTheRun() {
    Pace pace = new Pace(new Budget(10, Optional.of(100.0)));
    assertThat(pace.fraction(10, 5)).isEqualTo(1);
  }

  @Test
  void validationsBetweenTakeATenthOfTheTimeAtMost() {
    Pace timed = new Pace(Budget.ofSeconds(100));
    assertThat(timed.affordsClosing(10)).as("what it takes is not known").isTrue();
    timed.closingTook(3);
    assertThat(timed.affordsClosing(59)).isFalse();
    assertThat(timed.affordsClosing(60)).isTrue();
    Pace steps = new Pace(Budget.ofSteps(100));
    steps.closingTook(3);
    assertThat(steps.affordsClosing(1)).isTrue();
  }

  /** A simulated run: set-up, steps of changing length, ten validations and a last one. */
  @Property(tries = 200)
  void aRunEndsWithinHalfAStepOfItsTime(
      @ForAll @DoubleRange(min = 60, max = 5400) double limit,
      @ForAll @DoubleRange(min = 0.01, max = 5) double stepSeconds,
      @ForAll @DoubleRange(min = 0, max = 20) double closingSeconds) {
    Pace pace = new Pace(Budget.ofSeconds(limit));
    double now = 2;
    double validated = 0;
    double latest = 0;
    long steps = 0;
    while (true) {
      double fraction = pace.fraction(steps, now);
      assertThat(fraction).isBetween(latest, 1.0);
      latest = fraction;
      if (fraction >= 1) {
        break;
      }
      double took = stepSeconds * (1 + 0.1 * Math.sin((double) steps));
      now += took;
      steps++;
      pace.stepTook(took);
      double after = pace.fraction(steps, now);
      if (Math.floor(after * 10) > Math.floor(validated * 10)) {
        validated = after;
        if (after >= 1 || pace.affordsClosing(now)) {
          now += closingSeconds;
          pace.closingTook(closingSeconds);
        }
      }
    }
    if (validated < 1) {
      now += closingSeconds;
    }
    assertThat(Math.abs(now - limit)).isLessThan(0.7 * stepSeconds + 1e-6);
  }
}
