package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.RampConfig;
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

  @Option(
      names = "--ramp-sequence",
      paramLabel = "N",
      description =
          "Ids of a sequence at the start, doubled in stages up to --sequence; default: no ramp.")
  private @Nullable Integer rampSequence;

  @Option(
      names = "--ramp-batch",
      paramLabel = "N",
      description =
          "Sequences at once at the start, doubled or halved in stages up to --batch; default: as"
              + " many as leave the ids of a step the same.")
  private @Nullable Integer rampBatch;

  @Option(
      names = "--ramp-until",
      paramLabel = "SHARE",
      description = "Share of the run after which the ramp is over; default: 0.5.")
  private @Nullable Double rampUntil;

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
    BatchConfig last =
        new BatchConfig(
            Objects.requireNonNullElse(batch, sequences),
            Objects.requireNonNullElse(sequence, Math.min(512, context)),
            Objects.requireNonNullElse(accumulate, 1));
    if (rampSequence == null && rampBatch == null) {
      if (rampUntil != null) {
        throw new InvalidInputException(
            "train: --ramp-until says nothing without --ramp-sequence or --ramp-batch; give one");
      }
      return last;
    }
    int length = Objects.requireNonNullElse(rampSequence, last.sequenceLength());
    int same = last.sequences() * last.sequenceLength() / Math.max(1, length);
    return last.with(
        new RampConfig(
            Objects.requireNonNullElse(rampBatch, Math.max(1, same)),
            length,
            Objects.requireNonNullElse(rampUntil, 0.5)));
  }
}
