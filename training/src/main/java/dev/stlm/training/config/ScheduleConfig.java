package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.share;

/**
 * The learning rate over a run, as a share of its peak: linear warm-up, then a decay.
 *
 * @param shape of the decay
 * @param warmupFraction share of the run that climbs to the peak, from 0 to 1
 * @param finalFraction what is left of the peak at the end, from 0 to 1
 */
public record ScheduleConfig(Shape shape, double warmupFraction, double finalFraction) {
  /** How the rate goes down from its peak. */
  public enum Shape {
    /** Half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983). */
    COSINE
  }

  /** What suits small models and short runs. */
  public static final ScheduleConfig DEFAULT = new ScheduleConfig(Shape.COSINE, 0.05, 0.02);

  public ScheduleConfig {
    share("warmupFraction", warmupFraction, 1);
    share("finalFraction", finalFraction, 1);
  }
}
