package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * How much text a step reads.
 *
 * @param sequences sequences that go through the model at once, B
 * @param sequenceLength ids of a sequence, T; at most the model's context
 * @param accumulation times that a step does this, averaging the gradients
 */
public record BatchConfig(int sequences, int sequenceLength, int accumulation) {
  public BatchConfig {
    check("batch", sequences, sequences >= 1 && sequences <= 1 << 20, "1 to 1048576");
    check(
        "sequence",
        sequenceLength,
        sequenceLength >= 1 && sequenceLength <= 1 << 20,
        "1 to 1048576");
    check("accumulation", accumulation, accumulation >= 1 && accumulation <= 1 << 16, "1 to 65536");
    long ids = (long) sequences * sequenceLength * accumulation;
    check("batch × sequence × accumulation", ids, ids <= 1 << 28, "at most 268435456");
  }

  /** Ids that a step predicts. */
  public int ids() {
    return sequences * sequenceLength * accumulation;
  }
}
