package dev.stlm.serving.engine;

import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Map;

/**
 * How the next token is chosen: the adjustments of OpenAI's API, then the model's own sampler.
 *
 * @param config of the first sample; sample i uses {@code seed + i}
 * @param frequencyPenalty taken from a logit for every time that its token was generated, in [-2,
 *     2]
 * @param presencePenalty taken from a logit once its token was generated, in [-2, 2]
 * @param logitBias added to the logits of these ids, in [-100, 100]
 */
public record Sampling(
    SamplerConfig config,
    double frequencyPenalty,
    double presencePenalty,
    Map<Integer, Double> logitBias) {

  public Sampling {
    range("frequency penalty", frequencyPenalty, 2);
    range("presence penalty", presencePenalty, 2);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach((id, bias) -> range("bias of id " + id, bias, 100));
  }

  /** A sampler without adjustments. */
  public static Sampling of(SamplerConfig config) {
    return new Sampling(config, 0, 0, Map.of());
  }

  /** The config of one sample. */
  SamplerConfig config(int sample) {
    return new SamplerConfig(
        config.temperature(),
        config.topK(),
        config.topP(),
        config.minP(),
        config.repetitionPenalty(),
        config.seed() + sample);
  }

  private static void range(String name, double value, double most) {
    if (!(Math.abs(value) <= most)) {
      throw new InvalidInputException(
          "sampling: %s is %s; allowed: -%s to %s".formatted(name, value, most, most));
    }
  }
}
