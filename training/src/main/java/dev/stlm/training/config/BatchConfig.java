package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Optional;

/**
 * How much text a step reads.
 *
 * @param sequences sequences that go through the model at once, B
 * @param sequenceLength ids of a sequence, T; at most the model's context
 * @param accumulation times that a step does this, averaging the gradients
 * @param ramp what B and T are before they are this, if anything else
 */
public record BatchConfig(
    int sequences, int sequenceLength, int accumulation, Optional<RampConfig> ramp) {
  /**
   * What goes through the model at once.
   *
   * @param sequences B
   * @param length T
   */
  public record Size(int sequences, int length) {}

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
    if (ramp.isPresent()) {
      requireReach(ramp.get(), sequences, sequenceLength);
    }
  }

  /** The same size from the start to the end of a run. */
  public BatchConfig(int sequences, int sequenceLength, int accumulation) {
    this(sequences, sequenceLength, accumulation, Optional.empty());
  }

  /** The same, with other sizes first. */
  public BatchConfig with(RampConfig other) {
    return new BatchConfig(sequences, sequenceLength, accumulation, Optional.of(other));
  }

  /** Ids that a step predicts, without masked sequences; with a ramp at its end. */
  public int ids() {
    return sequences * sequenceLength * accumulation;
  }

  /**
   * The size of a step.
   *
   * @param fraction how much of the run is over, from 0 to 1
   */
  public Size size(double fraction) {
    if (ramp.isEmpty()) {
      return new Size(sequences, sequenceLength);
    }
    RampConfig r = ramp.get();
    int longer = RampConfig.doublings(r.sequenceLength(), sequenceLength);
    int more = RampConfig.doublings(r.sequences(), sequences);
    int stages = Math.max(1, Math.max(longer, Math.abs(more)));
    int stage = (int) Math.min(stages, Math.floor(fraction / r.until() * stages));
    return new Size(
        RampConfig.at(r.sequences(), more, stage, stages),
        RampConfig.at(r.sequenceLength(), longer, stage, stages));
  }

  private static void requireReach(RampConfig ramp, int sequences, int length) {
    if (RampConfig.doublings(ramp.sequenceLength(), length) < 0) {
      throw new InvalidInputException(
          "training: ramp.sequenceLength is %d; allowed: the sequences of %d ids, halved some times"
              .formatted(ramp.sequenceLength(), length));
    }
    if (RampConfig.doublings(ramp.sequences(), sequences) == RampConfig.NONE) {
      throw new InvalidInputException(
          "training: ramp.sequences is %d; allowed: the batch of %d, halved or doubled some times"
              .formatted(ramp.sequences(), sequences));
    }
    long ids = (long) ramp.sequences() * ramp.sequenceLength();
    check("ramp.sequences × ramp.sequenceLength", ids, ids <= 1 << 28, "at most 268435456");
  }
}
