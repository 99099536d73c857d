package dev.stlm.bench.stats;

import java.util.List;
import java.util.OptionalDouble;

/** One figure for a group of tasks. */
public final class Pooling {
  private Pooling() {}

  /**
   * Pools the figures of the tasks of a group.
   *
   * <p>The standard error is √(Σ(n−1)·n·e² / (Σn − T) / Σn) whether or not the mean is weighted, as
   * in the harness; there is none if a task has none.
   *
   * @param leaves one estimate a task, at least one
   * @param weightBySize weigh by number of documents instead of equally
   */
  public static Estimate pool(List<Estimate> leaves, boolean weightBySize) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("a group without tasks has no figure");
    }
    double sum = 0;
    double weights = 0;
    long size = 0;
    for (Estimate e : leaves) {
      double weight = weightBySize ? e.count() : 1;
      sum += e.value() * weight;
      weights += weight;
      size += e.count();
    }
    return new Estimate(sum / weights, error(leaves, size), Math.toIntExact(size));
  }

  private static OptionalDouble error(List<Estimate> leaves, long size) {
    double squares = 0;
    for (Estimate e : leaves) {
      if (e.standardError().isEmpty()) {
        return OptionalDouble.empty();
      }
      double error = e.standardError().getAsDouble();
      squares += (e.count() - 1.0) * e.count() * error * error;
    }
    double variance = squares / (size - leaves.size());
    return OptionalDouble.of(Math.sqrt(variance / size));
  }
}
