package dev.stlm.compression;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.score.BitsPerByte;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Says how well a model predicts a text. */
@FunctionalInterface
public interface HeldOutScorer {
  /**
   * Scores a text.
   *
   * @param heldOut bytes that no step has seen
   */
  Score score(Checkpoint model, byte[] heldOut);

  /**
   * Bits per byte on the CPU runtime, by {@link BitsPerByte}.
   *
   * @param progress takes the number of ids predicted so far in the current text
   */
  static HeldOutScorer onCpu(LongConsumer progress) {
    return (checkpoint, heldOut) -> {
      try (LanguageModel model = ModelRuntimes.load(ModelRuntimes.DEFAULT, checkpoint)) {
        var score = BitsPerByte.measure(model, heldOut, progress);
        return new Score(
            score.bitsPerByte(), Optional.of(score.standardError()).filter(Double::isFinite));
      }
    };
  }

  /**
   * How well a text was predicted.
   *
   * @param bitsPerByte mean over the bytes
   * @param standardError of the mean; absent for texts too short for one
   */
  record Score(double bitsPerByte, Optional<Double> standardError) {}
}
