package dev.stlm.bench.stats;

/**
 * One document's contribution to a metric.
 *
 * @param value the per-document value: 0 or 1 for accuracies, nats (at most 0) for likelihoods
 * @param weight what it is counted by: 1, or the words or bytes of the document
 */
public record Observation(double value, double weight) {
  public Observation {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("weight " + weight + " is not at least 0");
    }
  }

  /** A value that counts once. */
  public static Observation of(double value) {
    return new Observation(value, 1);
  }

  /** 1 for true, 0 for false. */
  public static Observation of(boolean correct) {
    return new Observation(correct ? 1 : 0, 1);
  }
}
