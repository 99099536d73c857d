package dev.stlm.training.internal.loop;

import dev.stlm.training.config.TrainingConfig;
import java.util.Optional;

/**
 * What a run needs to go on, besides weights and moments; {@code state/run.json}. All randomness
 * follows from the seed and the step.
 *
 * @param version 1
 * @param step steps done
 * @param position where the next step reads on: ids read, over all epochs
 * @param seconds time spent on them
 * @param text path of the training text
 * @param textSha256 of the training text
 * @param validation path of the held-out text, if it is a file of its own
 * @param holdOut share of the training text at its end that is held out
 * @param device where the run computes
 * @param threads that it computes with
 * @param config its settings
 * @param best lowest bits per byte of the held-out text so far
 */
public record RunState(
    int version,
    long step,
    long position,
    double seconds,
    String text,
    String textSha256,
    Optional<String> validation,
    double holdOut,
    String device,
    int threads,
    TrainingConfig config,
    Optional<Double> best) {
  /** The version that is written and read. */
  public static final int VERSION = 1;
}
