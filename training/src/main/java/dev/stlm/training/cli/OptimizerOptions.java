package dev.stlm.training.cli;

import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.ScheduleConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How gradients change parameters. */
final class OptimizerOptions {
  @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate; default: 0.003.")
  private @Nullable Double learningRate;

  OptimizerConfig optimizer() {
    return OptimizerConfig.of(learningRate != null ? learningRate : 0.003);
  }

  ScheduleConfig schedule() {
    return ScheduleConfig.DEFAULT;
  }
}
