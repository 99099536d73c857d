package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * Dropout (Srivastava et al. 2014) of what attention and feed-forward parts add to the residual
 * stream, in training steps alone; its rate changes over the run, as in the report on super tiny
 * language models (arXiv 2405.14159).
 *
 * @param shape of the rate over the run
 * @param rate the largest share of values that fall out, above 0 and below 1
 */
public record DropoutConfig(Shape shape, double rate) {
  /** How the rate changes. */
  public enum Shape {
    /** It does not. */
    CONSTANT,
    /** From 0 at the start up to its largest at the end. */
    LINEAR,
    /** From 0 up to its largest in the middle, and down to 0. */
    TRIANGLE
  }

  public DropoutConfig {
    check("dropout.rate", rate, rate > 0 && rate < 1, "above 0, below 1");
  }

  /**
   * The share that falls out.
   *
   * @param fraction how much of the run is over, from 0 to 1
   */
  public double rate(double fraction) {
    return switch (shape) {
      case CONSTANT -> rate;
      case LINEAR -> rate * fraction;
      case TRIANGLE -> rate * (1 - Math.abs(2 * fraction - 1));
    };
  }
}
