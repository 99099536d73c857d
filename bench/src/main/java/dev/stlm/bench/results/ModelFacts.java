package dev.stlm.bench.results;

/**
 * A model in results and reports.
 *
 * @param name how people call it, such as the name of its directory
 * @param hash names its weights: the same hash means the same answers
 * @param runtime what computes it, such as {@code cpu}
 * @param parameters stored parameters; 0 if unknown
 * @param bytes size of its weights on disk; 0 if unknown
 */
public record ModelFacts(String name, String hash, String runtime, long parameters, long bytes) {
  public ModelFacts {
    if (hash.isBlank()) {
      throw new IllegalArgumentException("a model without a hash can not be told from others");
    }
  }
}
