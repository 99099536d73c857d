package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import java.util.Optional;

/**
 * The settings of a run.
 *
 * @param budget when it ends
 * @param batch how much text a step reads
 * @param optimizer how gradients change parameters
 * @param averaging of the weights, if any
 * @param schedule the learning rate over the run
 * @param objective what it minimises
 * @param seed seeds the order of the data and all other randomness
 * @param validations how often the held-out text is measured, spread over the run; the end counts
 * @param threads threads of an operation on the CPU; 0 is one a core
 * @param precision of the matrix products of a step
 * @param fineTuning what is different where a model is tuned
 * @param recompute whether the backward pass computes activations again instead of keeping them:
 *     less memory, about a third more time
 */
public record TrainingConfig(
    Budget budget,
    BatchConfig batch,
    OptimizerConfig optimizer,
    Optional<AveragingConfig> averaging,
    ScheduleConfig schedule,
    ObjectiveConfig objective,
    long seed,
    int validations,
    int threads,
    Precision precision,
    FineTuningConfig fineTuning,
    boolean recompute) {
  public TrainingConfig {
    check("validations", validations, validations >= 0 && validations <= 1_000_000, "0 to 1000000");
    check("threads", threads, threads >= 0 && threads <= 1024, "0 to 1024");
  }

  /** Ten validations, all cores, seed 1, the usual schedule and objective. */
  public static TrainingConfig of(Budget budget, BatchConfig batch, OptimizerConfig optimizer) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        Optional.empty(),
        ScheduleConfig.DEFAULT,
        ObjectiveConfig.DEFAULT,
        1,
        10,
        0,
        Precision.AUTO,
        FineTuningConfig.NONE,
        false);
  }

  /** The same with another end. */
  public TrainingConfig with(Budget other) {
    return new TrainingConfig(
        other,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        validations,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same with an average of the weights. */
  public TrainingConfig with(AveragingConfig other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        Optional.of(other),
        schedule,
        objective,
        seed,
        validations,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same with another schedule. */
  public TrainingConfig with(ScheduleConfig other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        other,
        objective,
        seed,
        validations,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same with another objective. */
  public TrainingConfig with(ObjectiveConfig other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        other,
        seed,
        validations,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same in another precision. */
  public TrainingConfig with(Precision other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        validations,
        threads,
        other,
        fineTuning,
        recompute);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        other,
        validations,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same, measuring so often. */
  public TrainingConfig withValidations(int other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        other,
        threads,
        precision,
        fineTuning,
        recompute);
  }

  /** The same with so many threads. */
  public TrainingConfig withThreads(int other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        validations,
        other,
        precision,
        fineTuning,
        recompute);
  }

  /** The same, tuned so. */
  public TrainingConfig with(FineTuningConfig other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        validations,
        threads,
        precision,
        other,
        recompute);
  }

  /** The same, computing activations again, or not. */
  public TrainingConfig withRecompute(boolean other) {
    return new TrainingConfig(
        budget,
        batch,
        optimizer,
        averaging,
        schedule,
        objective,
        seed,
        validations,
        threads,
        precision,
        fineTuning,
        other);
  }
}
