package dev.stlm.training.internal.loop;

import dev.stlm.training.config.ScheduleConfig;

/** Linear warm-up, then half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983). */
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
    double over = warmup < 1 ? (fraction - warmup) / (1 - warmup) : 1;
    double cosine = (1 + Math.cos(Math.PI * over)) / 2;
    return peak * (config.finalFraction() + (1 - config.finalFraction()) * cosine);
  }
}
