package dev.stlm.bench.stats;

import java.util.OptionalDouble;

/**
 * A figure with its uncertainty.
 *
 * @param value the figure
 * @param standardError one standard error, in the unit of the figure; empty where none is defined
 * @param count number of documents behind it
 */
public record Estimate(double value, OptionalDouble standardError, int count) {
  public Estimate {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + " is below 0");
    }
  }

  /** A figure with a standard error; NaN stands for none. */
  public static Estimate of(double value, double standardError, int count) {
    return new Estimate(
        value,
        Double.isNaN(standardError) ? OptionalDouble.empty() : OptionalDouble.of(standardError),
        count);
  }

  /** A figure without a standard error. */
  public static Estimate exact(double value, int count) {
    return new Estimate(value, OptionalDouble.empty(), count);
  }
}
