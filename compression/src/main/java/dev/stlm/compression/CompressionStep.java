package dev.stlm.compression;

import dev.stlm.model.checkpoint.Checkpoint;
import java.util.Map;

/**
 * One step of a recipe: a checkpoint in, a checkpoint out. Immutable once configured.
 *
 * <p>A step leaves the history as it finds it: whoever runs it adds an entry from {@link #id()},
 * {@link #settings()} and the seed, so that no step can forget to.
 */
public interface CompressionStep {
  /** Type and version, such as {@code prune.magnitude/1}: goes into the history. */
  String id();

  /** What the step will do, in a few words for people, such as "prune 40 % by magnitude". */
  String describe();

  /**
   * Every setting by name, defaults included. Two steps with equal id and settings give equal
   * results from equal inputs, so a finished step need not be repeated.
   */
  Map<String, String> settings();

  /** Whether it learns from a text or calibrates on one; by default it does not. */
  default boolean needsText() {
    return false;
  }

  /**
   * Runs the step. The input stays as it is.
   *
   * @return the new checkpoint; its history is the input's, plus what a trainer may have added
   * @throws dev.stlm.tokenizer.InvalidInputException if the checkpoint or the resources do not fit
   */
  Checkpoint apply(Checkpoint input, StepResources resources);
}
