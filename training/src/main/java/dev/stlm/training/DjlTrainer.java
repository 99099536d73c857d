package dev.stlm.training;

import dev.stlm.compression.Trainer;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;

/**
 * Training as compression steps ask for it: on the whole text, without validation, in memory.
 *
 * <p>The device is that of the system property {@code stlm.device}, {@code auto} by default.
 */
public final class DjlTrainer implements Trainer {
  @Override
  public Checkpoint train(Request request) {
    Budget budget =
        new Budget(request.steps(), request.timeLimit().map(limit -> limit.toNanos() / 1e9));
    TrainingConfig config =
        TrainingConfig.of(
                budget,
                new BatchConfig(request.batchSize(), request.sequenceLength(), 1),
                OptimizerConfig.of(request.learningRate()))
            .withSeed(request.seed())
            .withValidations(0);
    TrainingRun.Builder run =
        TrainingRun.of(request.start(), request.text(), config)
            .device(System.getProperty("stlm.device", "auto"))
            .holdOut(0);
    request.distillation().ifPresent(d -> run.teacher(d.teacher(), d.temperature(), d.weight()));
    if (request.keepZeros()) {
      run.keepZeros();
    }
    return run.build().run().checkpoint();
  }
}
