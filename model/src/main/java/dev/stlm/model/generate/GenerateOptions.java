package dev.stlm.model.generate;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;

/**
 * What to generate.
 *
 * @param maxBytes most bytes of text, at least 1
 * @param sampler how ids are drawn
 * @param stops the text ends before the first of these; they are not part of it
 * @param overflow what happens when the context is full
 * @param speculation whether to read ahead where the model drafts later ids: the same text, sooner
 */
public record GenerateOptions(
    int maxBytes,
    SamplerConfig sampler,
    List<String> stops,
    Overflow overflow,
    boolean speculation) {

  /** What happens when the context is full. */
  public enum Overflow {
    /**
     * The text ends with {@link FinishReason#LENGTH}; a prompt longer than the context is refused.
     * What a server does: it says that text is missing.
     */
    STOP,
    /**
     * The model forgets all but the last half of the context, and goes on; of a prompt longer than
     * the context it reads that much. Costs reading half a context again.
     */
    SLIDE
  }

  public GenerateOptions {
    if (maxBytes < 1) {
      throw new InvalidInputException(
          "generate: max bytes is " + maxBytes + "; allowed: 1 or more");
    }
    stops = List.copyOf(stops);
  }

  /** Options with speculation. */
  public GenerateOptions(
      int maxBytes, SamplerConfig sampler, List<String> stops, Overflow overflow) {
    this(maxBytes, sampler, stops, overflow, true);
  }

  /** Options without stop strings that slide. */
  public static GenerateOptions of(int maxBytes, SamplerConfig sampler) {
    return new GenerateOptions(maxBytes, sampler, List.of(), Overflow.SLIDE);
  }
}
