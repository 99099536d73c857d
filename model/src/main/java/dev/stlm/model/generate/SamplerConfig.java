package dev.stlm.model.generate;

import dev.stlm.tokenizer.InvalidInputException;

/**
 * How the next id is drawn; see {@link Sampler} for the formulas.
 *
 * @param temperature divides the logits; 0 takes the most likely id; 0 to 100
 * @param topK how many of the most likely ids may be drawn; 0 for all
 * @param topP ids are drawn from the fewest most likely ones whose probabilities reach this sum;
 *     above 0, 1 for all
 * @param minP ids less likely than this times the most likely one are not drawn; 0 for none, to 1
 * @param repetitionPenalty lowers logits of ids among the last {@link Sampler#REPETITION_WINDOW}; 1
 *     for none, above 0
 * @param seed the same seed, model and prompt give the same text
 */
public record SamplerConfig(
    double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {

  public SamplerConfig {
    range("temperature", temperature, temperature >= 0 && temperature <= 100, "0 to 100");
    range("top-k", topK, topK >= 0, "0 (all ids) or more");
    range("top-p", topP, topP > 0 && topP <= 1, "above 0, to 1");
    range("min-p", minP, minP >= 0 && minP <= 1, "0 to 1");
    range(
        "repetition penalty",
        repetitionPenalty,
        repetitionPenalty > 0 && repetitionPenalty <= 100,
        "above 0, to 100");
  }

  /** Always the most likely id. */
  public static SamplerConfig greedy() {
    return new SamplerConfig(0, 0, 1, 0, 1, 0);
  }

  /** Draws from the model's own distribution. */
  public static SamplerConfig plain(long seed) {
    return new SamplerConfig(1, 0, 1, 0, 1, seed);
  }

  private static void range(String name, Number value, boolean ok, String allowed) {
    if (!ok) {
      throw new InvalidInputException(
          "sampling: " + name + " is " + value + "; allowed: " + allowed);
    }
  }
}
