package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;
import java.util.Optional;

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
   * How well a text was predicted.
   *
   * @param bitsPerByte mean over the bytes
   * @param standardError of the mean; absent for texts too short for one
   */
  record Score(double bitsPerByte, Optional<Double> standardError) {}
}
