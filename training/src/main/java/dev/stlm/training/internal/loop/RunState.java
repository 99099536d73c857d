package dev.stlm.training.internal.loop;

import dev.stlm.training.RunTimes;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import java.util.Optional;

/**
 * What a run needs to go on, besides weights and moments; {@code state/run.json}. All randomness
 * follows from the seed and the step.
 *
 * @param version 2
 * @param step steps done
 * @param position where the next step reads on: ids read, over all epochs
 * @param times what their time was spent on
 * @param text what it learns from
 * @param textSha256 hashes of its parts, parted by blanks
 * @param validation path of the held-out text, if it is one of its own
 * @param holdOut share of the training text at its end that is held out
 * @param device where the run computes
 * @param threads that it computes with
 * @param config its settings
 * @param best lowest bits per byte of the held-out text so far; of a task its best first metric
 * @param guard steps that failed
 * @param teacher the model that it learns from, if any
 * @param keepZeros whether what is zero stays zero
 * @param growsTo layers that the model will have, where it still grows
 */
public record RunState(
    int version,
    long step,
    long position,
    RunTimes times,
    TrainingText text,
    String textSha256,
    Optional<String> validation,
    double holdOut,
    String device,
    int threads,
    TrainingConfig config,
    Optional<Double> best,
    Guard.State guard,
    Optional<TeacherState> teacher,
    boolean keepZeros,
    Optional<Integer> growsTo) {
  /** The version that is written and read. */
  public static final int VERSION = 2;

  /**
   * A model that a run learns from.
   *
   * @param path of its checkpoint, if it was given by its path
   * @param sha256 of config and weights
   * @param temperature see {@code TrainingRun.Builder}
   * @param weight see {@code TrainingRun.Builder}
   */
  public record TeacherState(
      Optional<String> path, String sha256, double temperature, double weight) {}
}
