package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.share;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;

/**
 * The learning rate over a run, as a share of its peak: linear warm-up, the peak, a decay.
 *
 * @param shape of the decay
 * @param warmupFraction share of the run that climbs to the peak, from 0 to 1
 * @param decayFraction share of the run that goes down from it, from 0 to 1, at the end; what the
 *     warm-up leaves, if that is less
 * @param finalFraction what is left of the peak at the end, from 0 to 1
 */
public record ScheduleConfig(
    Shape shape, double warmupFraction, double decayFraction, double finalFraction) {
  /** How the rate goes down from its peak. */
  public enum Shape {
    /** Half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983). */
    COSINE,
    /** A straight line. */
    LINEAR,
    /** One minus the root of the share that is over (Hägele et al. 2024, arXiv 2405.18392). */
    SQRT
  }

  /** What suits small models and short runs. */
  public static final ScheduleConfig DEFAULT = new ScheduleConfig(Shape.COSINE, 0.05, 1, 0.02);

  public ScheduleConfig {
    share("warmupFraction", warmupFraction, 1);
    share("decayFraction", decayFraction, 1);
    share("finalFraction", finalFraction, 1);
  }

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return List.of("cosine", "linear", "wsd");
  }

  /**
   * A schedule by name: {@code cosine} and {@code linear} decay all the time after the warm-up,
   * {@code wsd} (warm-up, stable, decay: Hu et al. 2024, arXiv 2404.06395) over the last fifth, as
   * {@link Shape#SQRT}.
   *
   * @throws InvalidInputException if there is none of that name
   */
  public static ScheduleConfig named(String name) {
    return switch (name) {
      case "cosine" -> DEFAULT;
      case "linear" -> new ScheduleConfig(Shape.LINEAR, 0.05, 1, 0);
      case "wsd" -> new ScheduleConfig(Shape.SQRT, 0.05, 0.2, 0);
      default ->
          throw new InvalidInputException(
              "unknown schedule \"" + name + "\"; allowed: " + String.join(", ", names()));
    };
  }

  /** The same with another warm-up. */
  public ScheduleConfig withWarmup(double fraction) {
    return new ScheduleConfig(shape, fraction, decayFraction, finalFraction);
  }

  /** The same with another share of the run that decays. */
  public ScheduleConfig withDecay(double fraction) {
    return new ScheduleConfig(shape, warmupFraction, fraction, finalFraction);
  }
}
