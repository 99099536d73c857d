package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import java.util.Optional;

/**
 * When a run ends: after so many steps, or so much time, whichever is first. The learning rate
 * follows the larger of the two fractions, so its schedule is complete either way; a run with a
 * time limit is therefore not reproducible bit by bit.
 *
 * @param steps optimiser steps, at least 1; {@link #UNLIMITED} for a run that only time ends
 * @param seconds time limit from 1e-3 on, if any
 */
public record Budget(int steps, Optional<Double> seconds) {
  /** No limit on steps. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public Budget {
    check("steps", steps, steps >= 1, "at least 1");
    if (seconds.isPresent()) {
      double s = seconds.get();
      check("seconds", s, s >= 1e-3 && s <= 1e9, "0.001 to 1e9");
    } else {
      check("steps", steps, steps < UNLIMITED, "a limit on steps where there is none on time");
    }
  }

  public static Budget ofSteps(int steps) {
    return new Budget(steps, Optional.empty());
  }

  public static Budget ofSeconds(double seconds) {
    return new Budget(UNLIMITED, Optional.of(seconds));
  }

  /** How much of the run is over, from 0 to 1. */
  public double fraction(long stepsDone, double secondsDone) {
    double ofSteps = stepsDone / (double) steps;
    return Math.min(1, seconds.map(s -> Math.max(ofSteps, secondsDone / s)).orElse(ofSteps));
  }
}
