package dev.stlm.bench.task;

/**
 * What a model answered.
 *
 * @param logLikelihood natural logarithm, at most 0; 0 for generated text
 * @param greedy whether every token of the continuation was the most likely one
 * @param text the generated text; empty for likelihoods
 */
public record Answer(double logLikelihood, boolean greedy, String text) {

  /** The answer to a likelihood request. */
  public static Answer likelihood(double logLikelihood, boolean greedy) {
    return new Answer(logLikelihood, greedy, "");
  }

  /** The answer to a generation request. */
  public static Answer generated(String text) {
    return new Answer(0, false, text);
  }
}
