package dev.stlm.training;

import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.metric.Metric;
import java.nio.file.Path;
import java.util.List;

/**
 * Hears what a run does, on the thread that runs it; a slow listener slows the run. All methods do
 * nothing unless overridden.
 */
public interface TrainingListener {
  /**
   * The run begins.
   *
   * @param resumedAt steps that an earlier run has done; 0 for a new one
   * @param fraction share of the budget that is used up, as in {@link StepMetrics#fraction()}
   */
  default void started(long resumedAt, double fraction, TrainingConfig config) {}

  /** A step is done. */
  default void stepped(StepMetrics metrics) {}

  /** The held-out text was measured. */
  default void validated(long step, double bitsPerByte) {}

  /** The metrics of a task were taken of held-out examples, before the first step or after one. */
  default void measured(long step, List<Metric> metrics) {}

  /**
   * The model wrote on after a piece of the held-out text.
   *
   * @param text what it wrote, without the prompt
   */
  default void sampled(long step, String prompt, String text) {}

  /**
   * The loss of a step, or of the held-out text after it, was not a number.
   *
   * @param to step whose weights the run goes on from, with the data of the step after {@code step}
   * @param rateFactor what the learning rate is multiplied by for a while
   */
  default void rolledBack(long step, long to, double rateFactor) {}

  /**
   * The model has grown after a step.
   *
   * @param layers that it has now, of a pooled model those over patches
   */
  default void grown(long step, int layers) {}

  /** A checkpoint was written. */
  default void saved(long step, Path checkpoint) {}

  /** The run has ended, in order. */
  default void ended(TrainingResult result) {}

  /**
   * One step.
   *
   * @param step from 1
   * @param trainBitsPerByte cross-entropy of the batch before the update
   * @param loss what was minimised, in nats an id; with a teacher not the cross-entropy alone
   * @param gradientNorm before clipping
   * @param learningRate of this step
   * @param bytes of text read so far, over all epochs and resumed runs
   * @param fraction how much of the run is over, from 0 to 1
   * @param seconds since the step before, without validation, samples and checkpoints
   * @param engineSeconds of these in the engine
   */
  record StepMetrics(
      long step,
      double trainBitsPerByte,
      double loss,
      double gradientNorm,
      double learningRate,
      long bytes,
      double fraction,
      double seconds,
      double engineSeconds) {}
}
