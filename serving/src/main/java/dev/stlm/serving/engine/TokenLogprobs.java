package dev.stlm.serving.engine;

import java.util.List;

/**
 * How likely one token was, given all before it; natural logarithms of the model's own
 * distribution, before temperature and other settings of sampling.
 *
 * @param token the id
 * @param logprob its log-probability; NaN for the first token of a prompt, which has no predecessor
 * @param top the most likely tokens, best first; empty if none were asked for
 */
public record TokenLogprobs(int token, double logprob, List<Candidate> top) {
  public TokenLogprobs {
    top = List.copyOf(top);
  }

  /** The first token of a prompt. */
  static TokenLogprobs first(int token) {
    return new TokenLogprobs(token, Double.NaN, List.of());
  }

  /** Whether there is a predecessor to be likely after. */
  public boolean defined() {
    return !Double.isNaN(logprob);
  }

  /**
   * A token that could have come.
   *
   * @param token the id
   * @param logprob its log-probability
   */
  public record Candidate(int token, double logprob) {}
}
