package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import java.util.Optional;
import java.util.function.Consumer;

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
 * @param growth fewer layers first, if that is wanted; for a new model
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
    boolean recompute,
    Optional<GrowthConfig> growth) {
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
        false,
        Optional.empty());
  }

  /** The same with another end. */
  public TrainingConfig with(Budget other) {
    return with(c -> c.budget = other);
  }

  /** The same with another optimiser. */
  public TrainingConfig with(OptimizerConfig other) {
    return with(c -> c.optimizer = other);
  }

  /** The same with an average of the weights. */
  public TrainingConfig with(AveragingConfig other) {
    return with(c -> c.averaging = Optional.of(other));
  }

  /** The same with another schedule. */
  public TrainingConfig with(ScheduleConfig other) {
    return with(c -> c.schedule = other);
  }

  /** The same with another objective. */
  public TrainingConfig with(ObjectiveConfig other) {
    return with(c -> c.objective = other);
  }

  /** The same in another precision. */
  public TrainingConfig with(Precision other) {
    return with(c -> c.precision = other);
  }

  /** The same, tuned so. */
  public TrainingConfig with(FineTuningConfig other) {
    return with(c -> c.fineTuning = other);
  }

  /** The same with fewer layers first. */
  public TrainingConfig with(GrowthConfig other) {
    return with(c -> c.growth = Optional.of(other));
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long other) {
    return with(c -> c.seed = other);
  }

  /** The same, measuring so often. */
  public TrainingConfig withValidations(int other) {
    return with(c -> c.validations = other);
  }

  /** The same with so many threads. */
  public TrainingConfig withThreads(int other) {
    return with(c -> c.threads = other);
  }

  /** The same, computing activations again or keeping them. */
  public TrainingConfig withRecompute(boolean other) {
    return with(c -> c.recompute = other);
  }

  private TrainingConfig with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.config();
  }

  /** The components while one of them is changed. */
  private static final class Copy {
    private Budget budget;
    private BatchConfig batch;
    private OptimizerConfig optimizer;
    private Optional<AveragingConfig> averaging;
    private ScheduleConfig schedule;
    private ObjectiveConfig objective;
    private long seed;
    private int validations;
    private int threads;
    private Precision precision;
    private FineTuningConfig fineTuning;
    private boolean recompute;
    private Optional<GrowthConfig> growth;

    Copy(TrainingConfig of) {
      budget = of.budget;
      batch = of.batch;
      optimizer = of.optimizer;
      averaging = of.averaging;
      schedule = of.schedule;
      objective = of.objective;
      seed = of.seed;
      validations = of.validations;
      threads = of.threads;
      precision = of.precision;
      fineTuning = of.fineTuning;
      recompute = of.recompute;
      growth = of.growth;
    }

    TrainingConfig config() {
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
          recompute,
          growth);
    }
  }
}
