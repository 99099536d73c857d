package dev.stlm.serving.engine;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Map;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 takes the most likely token, else logits are divided by it; at most 100
 * @param topK how many of the most likely tokens stay, 0 for all
 * @param topP probability mass of the most likely tokens that stay, in (0, 1] (Holtzman et al.
 *     2020)
 * @param minP tokens less likely than this times the best are dropped, in [0, 1]
 * @param repetitionPenalty logits of tokens that occurred are divided (if positive) or multiplied
 *     by it (Keskar et al. 2019); 1 for none
 * @param frequencyPenalty taken from a logit for every time that its token was generated, in [-2,
 *     2]
 * @param presencePenalty taken from a logit once its token was generated, in [-2, 2]
 * @param logitBias added to the logits of these ids, in [-100, 100]
 * @param seed of the first sample; sample i uses {@code seed + i}
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    Map<Integer, Double> logitBias,
    long seed) {

  public Sampling {
    range("temperature", temperature, 0, 100);
    range("top_k", topK, 0, 1 << 20);
    range("top_p", topP, Double.MIN_VALUE, 1);
    range("min_p", minP, 0, 1);
    range("repetition_penalty", repetitionPenalty, 0.01, 100);
    range("frequency_penalty", frequencyPenalty, -2, 2);
    range("presence_penalty", presencePenalty, -2, 2);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach((id, bias) -> range("logit_bias." + id, bias, -100, 100));
  }

  /** The most likely token always. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(), 0);
  }

  private static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      String low = least == Double.MIN_VALUE ? "more than 0" : "at least " + number(least);
      throw new InvalidInputException(
          "'"
              + name
              + "' is "
              + number(value)
              + "; it must be "
              + low
              + " and at most "
              + number(most));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
