package dev.stlm.training.internal.torch;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import java.util.Optional;

/**
 * What a learner fixes for a whole run.
 *
 * @param optimizer how gradients change parameters; the learning rate comes with each step
 * @param averaging of the weights, if any
 * @param objective what is minimised
 * @param precision of the products of a step; not {@link Precision#AUTO}
 * @param teacher a model with the same vocabulary to learn from, if any
 * @param keepZeros whether values that are zero at the start stay zero
 * @param adapters low-rank changes to learn instead of the parameters themselves, if any
 * @param seed of the values that adapters start with
 * @param recompute whether the backward pass computes activations anew that would not fit
 */
public record LearnerSettings(
    OptimizerConfig optimizer,
    Optional<AveragingConfig> averaging,
    ObjectiveConfig objective,
    Precision precision,
    Optional<Teacher> teacher,
    boolean keepZeros,
    Optional<LowRankConfig> adapters,
    long seed,
    boolean recompute) {
  public LearnerSettings {
    if (keepZeros && adapters.isPresent()) {
      throw new InvalidInputException(
          "training: adapters would change values that are to stay zero; leave out one of both");
    }
    if (averaging.isPresent() && adapters.isPresent()) {
      throw new InvalidInputException(
          "training: adapters have no average of the weights; leave out one of both");
    }
  }

  /** Without adapters, keeping activations. */
  public LearnerSettings(
      OptimizerConfig optimizer,
      Optional<AveragingConfig> averaging,
      ObjectiveConfig objective,
      Precision precision,
      Optional<Teacher> teacher,
      boolean keepZeros) {
    this(
        optimizer, averaging, objective, precision, teacher, keepZeros, Optional.empty(), 1, false);
  }

  /** In 32 bits, with the usual objective, without average, teacher, mask and adapters. */
  public static LearnerSettings of(OptimizerConfig optimizer) {
    return of(optimizer, ObjectiveConfig.DEFAULT);
  }

  /** The same for programs that update nothing. */
  static LearnerSettings of(ObjectiveConfig objective) {
    return of(OptimizerConfig.of(1e-3), objective);
  }

  /** In 32 bits, with neither teacher nor mask. */
  public static LearnerSettings of(OptimizerConfig optimizer, ObjectiveConfig objective) {
    return new LearnerSettings(
        optimizer, Optional.empty(), objective, Precision.FLOAT32, Optional.empty(), false);
  }

  /** The same, recomputing. */
  LearnerSettings recomputing() {
    return new LearnerSettings(
        optimizer, averaging, objective, precision, teacher, keepZeros, adapters, seed, true);
  }
}
