package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;

/** One step of a recipe: a checkpoint in, a checkpoint out. Immutable once configured. */
public interface CompressionStep {
  /** Type and version, such as {@code prune.magnitude/1}: goes into the history. */
  String id();

  /** What the step will do, in a few words for people, such as "magnitude pruning to 40 %". */
  String describe();

  /**
   * Runs the step. The input stays as it is.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the checkpoint or the resources do not fit
   */
  Checkpoint apply(Checkpoint input, StepResources resources);
}
