package dev.stlm.training.internal.loop;

import dev.stlm.training.config.Budget;

/**
 * How much of a run is over, when it is a time that ends it: foresees how long the next step and
 * what comes after the last one will take, so that the run ends with its budget and its schedule
 * with the run.
 */
final class Pace {
  /** Weight of the newest step in the estimate of the next. */
  private static final double NEWEST = 0.3;

  /** Share of a run's time that validations between may take, with what belongs to them. */
  private static final double MEASURING = 0.1;

  private final Budget budget;
  private double step;
  private double closing;
  private double closings;
  private double latest;

  Pace(Budget budget) {
    this.budget = budget;
  }

  /** A step took so long, everything between it and the next included, seconds. */
  void stepTook(double seconds) {
    step = step == 0 ? seconds : step + NEWEST * (seconds - step);
  }

  /** A validation with its sample and checkpoints took so long: so will the last one. */
  void closingTook(double seconds) {
    closing = seconds;
    closings += seconds;
  }

  /**
   * Whether there is time for a validation that is not the last: those of a run that time ends take
   * a tenth of it at most. A run of steps has time for all.
   *
   * @param seconds spent, everything included
   */
  boolean affordsClosing(double seconds) {
    return budget.seconds().isEmpty() || closings + closing <= MEASURING * seconds || closings == 0;
  }

  /**
   * How much is over, from 0 to 1; never less than before. It is 1 as soon as the next step would
   * end nearer to the end of the budget from beyond than the run is now from within.
   *
   * @param steps done
   * @param seconds spent, everything included
   */
  double fraction(long steps, double seconds) {
    double fraction =
        budget
            .seconds()
            .map(limit -> {
              double usable = Math.max(limit - closing, limit / 2);
              boolean full = step > 0 && seconds + step / 2 >= usable;
              return full ? 1 : budget.fraction(steps, seconds * limit / usable);
            })
            .orElseGet(() -> budget.fraction(steps, seconds));
    latest = Math.max(latest, fraction);
    return latest;
  }
}
