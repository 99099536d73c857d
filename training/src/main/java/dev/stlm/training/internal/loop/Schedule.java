package dev.stlm.training.internal.loop;

import dev.stlm.training.config.ScheduleConfig;

/** The learning rate over a run: linear warm-up, the peak, and the decay of a config. */
final class Schedule {
  private final double peak;
  private final ScheduleConfig config;

  Schedule(double peak, ScheduleConfig config) {
    this.peak = peak;
    this.config = config;
  }

  /**
   * The learning rate of a step.
   *
   * @param fraction how much of the run is over with this step, from 0 to 1
   */
  double learningRate(double fraction) {
    double warmup = config.warmupFraction();
    if (fraction < warmup) {
      return peak * fraction / warmup;
    }
    double decayFrom = Math.max(warmup, 1 - config.decayFraction());
    if (fraction < decayFrom) {
      return peak;
    }
    double over = decayFrom < 1 ? (fraction - decayFrom) / (1 - decayFrom) : 1;
    double left =
        switch (config.shape()) {
          case COSINE -> (1 + Math.cos(Math.PI * over)) / 2;
          case LINEAR -> 1 - over;
          case SQRT -> 1 - Math.sqrt(over);
        };
    return peak * (config.finalFraction() + (1 - config.finalFraction()) * left);
  }
}
