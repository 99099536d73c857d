package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.ParameterLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model in figures, before or after a step.
 *
 * @param parameters stored values
 * @param nonZeroParameters those that are not zero
 * @param weightBytes size of {@code model.safetensors} on disk
 * @param bitsPerByte of the held-out text on the CPU runtime
 * @param standardError of {@code bitsPerByte}; absent for texts too short for one
 * @param heldOutBytes bytes that were scored
 */
public record Measurement(
    long parameters,
    long nonZeroParameters,
    long weightBytes,
    double bitsPerByte,
    Optional<Double> standardError,
    long heldOutBytes) {

  /**
   * Measures a model that is on disk.
   *
   * @param model the checkpoint that was opened from {@code directory}
   * @param heldOut bytes to score
   */
  public static Measurement of(
      Checkpoint model, Path directory, HeldOutScorer scorer, byte[] heldOut) {
    HeldOutScorer.Score score = scorer.score(model, heldOut);
    return new Measurement(
        ParameterLayout.of(model.config()).parameterCount(),
        model.nonZeroCount(),
        CheckpointDirectory.weightBytesOnDisk(directory),
        score.bitsPerByte(),
        score.standardError(),
        heldOut.length);
  }
}
