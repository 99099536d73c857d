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
   */
  default void started(long resumedAt, TrainingConfig config) {}

  /** A step is done. */
  default void stepped(StepMetrics metrics) {}

  /** The held-out text was measured. */
  default void validated(long step, double bitsPerByte) {}

  /** The metrics of a task were taken of held-out examples, before the first step or after one. */
  default void measured(long step, List<Metric> metrics) {}

  /** A checkpoint was written. */
  default void saved(long step, Path checkpoint) {}

  /**
   * One step.
   *
   * @param step from 1
   * @param trainBitsPerByte cross-entropy of the batch before the update
   * @param loss what was minimised, in nats an id; with a teacher not the cross-entropy alone
   * @param gradientNorm before clipping
   * @param learningRate of this step
   * @param bytes of text read so far, over all epochs and resumed runs
   * @param seconds of this step
   * @param fraction how much of the run is over, from 0 to 1
   */
  record StepMetrics(
      long step,
      double trainBitsPerByte,
      double loss,
      double gradientNorm,
      double learningRate,
      long bytes,
      double seconds,
      double fraction) {}
}
