package dev.stlm.training.internal.loop;

import dev.stlm.training.config.TrainingConfig;
import java.util.Optional;

/**
 * What a run needs to go on, besides weights and moments; {@code state/run.json}. The position in
 * the data and all randomness follow from the seed and the step.
 *
 * @param version 1
 * @param step steps done
 * @param seconds time spent on them
 * @param text path of the training text
 * @param textSha256 of the training text
 * @param validation path of the held-out text, if it is a file of its own
 * @param holdOut share of the training text at its end that is held out
 * @param device where the run computes
 * @param threads that it computes with
 * @param config its settings
 * @param best lowest bits per byte of the held-out text so far; of a task its best first metric
 */
public record RunState(
    int version,
    long step,
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
