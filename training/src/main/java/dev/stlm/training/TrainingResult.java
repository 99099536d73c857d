package dev.stlm.training;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.training.metric.Metric;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a run ended.
 *
 * @param checkpoint the model after the last step
 * @param steps steps in all
 * @param trainBitsPerByte mean over the last 20 steps
 * @param validationBitsPerByte of the held-out text at the end, if there is one and it was measured
 * @param metrics of the task, if there is one, of the best model that was kept, else of the last,
 *     on all held-out examples; empty otherwise
 * @param times what the time was spent on
 * @param stopped whether {@link TrainingRun#stop()} ended it early
 */
public record TrainingResult(
    Checkpoint checkpoint,
    long steps,
    double trainBitsPerByte,
    OptionalDouble validationBitsPerByte,
    List<Metric> metrics,
    RunTimes times,
    boolean stopped) {
  public TrainingResult {
    metrics = List.copyOf(metrics);
  }
}
