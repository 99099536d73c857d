package dev.stlm.serving.engine;

import java.util.List;
import java.util.Optional;

/**
 * One prompt and what to do with it.
 *
 * @param prompt what to continue
 * @param samples continuations to make, at least 1
 * @param maxTokens most tokens of each; 0 reads the prompt only
 * @param sampling how tokens are chosen
 * @param stop UTF-8 texts that end a continuation and are left out of it; none is empty
 * @param logprobs most likely tokens to report with every token, or -1 for no log-probabilities
 * @param scorePrompt whether log-probabilities of the prompt's own tokens are reported, too
 * @param constraint what a continuation must keep to, if anything
 */
public record GenerationRequest(
    Prompt prompt,
    int samples,
    int maxTokens,
    Sampling sampling,
    List<String> stop,
    int logprobs,
    boolean scorePrompt,
    Optional<Constraint> constraint) {

  public GenerationRequest {
    stop = List.copyOf(stop);
    if (samples < 1 || maxTokens < 0 || logprobs < -1 || stop.contains("")) {
      throw new IllegalArgumentException(
          "samples %d, maxTokens %d, logprobs %d, stop %s"
              .formatted(samples, maxTokens, logprobs, stop));
    }
  }

  /** A request whose continuations may say anything. */
  public GenerationRequest(
      Prompt prompt,
      int samples,
      int maxTokens,
      Sampling sampling,
      List<String> stop,
      int logprobs,
      boolean scorePrompt) {
    this(prompt, samples, maxTokens, sampling, stop, logprobs, scorePrompt, Optional.empty());
  }

  /** Positions that a session needs: the last generated token is never read back. */
  public int positions() {
    return prompt.length() + Math.max(0, maxTokens - 1);
  }
}
