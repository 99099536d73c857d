package dev.stlm.training.cli;

import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a run is, and how much text a step of it reads. */
final class BatchOptions {
  private static final int DEFAULT_STEPS = 1000;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps; default: " + DEFAULT_STEPS + ", or no limit with --for.")
  private @Nullable Integer steps;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Train for so long, such as 90s, 5m or 2h; the schedule ends with it.")
  private @Nullable String time;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Sequences at once; default: 8, with --task 32.")
  private @Nullable Integer batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description =
          "Ids of a sequence, bytes by default; default: the model's context, at most 512.")
  private @Nullable Integer sequence;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients a step averages; default: 1.")
  private @Nullable Integer accumulate;

  Budget budget() {
    Optional<Double> seconds =
        Optional.ofNullable(time).map(t -> Durations.parse(t).toMillis() / 1e3);
    int most = seconds.isPresent() ? Budget.UNLIMITED : DEFAULT_STEPS;
    return new Budget(Objects.requireNonNullElse(steps, most), seconds);
  }

  /**
   * The batch for a model.
   *
   * @param context of the model, in ids
   * @param sequences where none are given
   */
  BatchConfig batch(int context, int sequences) {
    return new BatchConfig(
        Objects.requireNonNullElse(batch, sequences),
        Objects.requireNonNullElse(sequence, Math.min(512, context)),
        Objects.requireNonNullElse(accumulate, 1));
  }
}
