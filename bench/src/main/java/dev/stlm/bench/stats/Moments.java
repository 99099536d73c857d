package dev.stlm.bench.stats;

/** Means and deviations, summed from left to right as CPython up to 3.11 does. */
public final class Moments {
  private Moments() {}

  /** Σx/n; NaN for no values. */
  public static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  /** The sample standard deviation √(Σ(x−x̄)²/(n−1)); NaN for fewer than two values. */
  public static double standardDeviation(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = mean(values);
    double squares = 0;
    for (double v : values) {
      squares += (v - mean) * (v - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /** The standard error of the mean, s/√n; NaN for fewer than two values. */
  public static double standardError(double[] values) {
    return standardDeviation(values) / Math.sqrt(values.length);
  }
}
