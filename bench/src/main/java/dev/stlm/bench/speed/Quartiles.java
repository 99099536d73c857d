package dev.stlm.bench.speed;

import java.util.Arrays;

/**
 * The middle of some values and their spread.
 *
 * @param low a quarter of them are below
 * @param high a quarter of them are above
 */
public record Quartiles(double low, double median, double high) {
  /** Of values, at least one; between two of them by linear interpolation. */
  public static Quartiles of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
  }

  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
