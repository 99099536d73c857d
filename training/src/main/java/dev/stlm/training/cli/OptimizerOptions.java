package dev.stlm.training.cli;

import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.ScheduleConfig;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How gradients change parameters. */
final class OptimizerOptions {
  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; default: muon, adamw with --from.",
      completionCandidates = OptimizerNames.class)
  private @Nullable String optimizer;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "Peak learning rate; default: 0.008, adamw 0.004.")
  private @Nullable Double learningRate;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      description = "Decay of projections, times the learning rate; default: 0.1.")
  private @Nullable Double weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "C",
      description = "Largest norm of the gradients; default: 1.")
  private @Nullable Double clip;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "Learning rate over the run: ${COMPLETION-CANDIDATES}; default: cosine.",
      completionCandidates = ScheduleNames.class)
  private @Nullable String schedule;

  @Option(
      names = "--warmup",
      paramLabel = "F",
      description = "Share of the run in which the rate climbs to its peak; default: 0.05.")
  private @Nullable Double warmup;

  @Option(
      names = "--decay",
      paramLabel = "F",
      description =
          "Share of the run in which it goes down again, at the end; default: 1, wsd 0.2.")
  private @Nullable Double decay;

  @Option(
      names = "--ema",
      paramLabel = "D",
      description =
          "Measure and keep a moving average of the weights with this decay, such as 0.99.")
  private @Nullable Double averageDecay;

  /**
   * The optimiser.
   *
   * @param further whether it trains a model further that has been trained before
   */
  OptimizerConfig optimizer(boolean further) {
    OptimizerConfig usual =
        OptimizerConfig.named(Objects.requireNonNullElse(optimizer, further ? "adamw" : "muon"));
    return usual.with(
        Objects.requireNonNullElse(learningRate, usual.learningRate()),
        Objects.requireNonNullElse(weightDecay, usual.weightDecay()),
        Objects.requireNonNullElse(clip, usual.clip()));
  }

  Optional<AveragingConfig> averaging() {
    return Optional.ofNullable(averageDecay).map(AveragingConfig::new);
  }

  ScheduleConfig schedule() {
    ScheduleConfig usual = ScheduleConfig.named(Objects.requireNonNullElse(schedule, "cosine"));
    return usual
        .withWarmup(Objects.requireNonNullElse(warmup, usual.warmupFraction()))
        .withDecay(Objects.requireNonNullElse(decay, usual.decayFraction()));
  }

  /** For the help and the completion script. */
  static final class OptimizerNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return OptimizerConfig.names().iterator();
    }
  }

  /** For the help and the completion script. */
  static final class ScheduleNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return ScheduleConfig.names().iterator();
    }
  }
}
