package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import java.util.Optional;

/**
 * How a run tunes a model that has been trained before.
 *
 * @param task name of the {@link dev.stlm.training.finetune.FineTuningTask} whose examples the text
 *     is; absent: plain text
 * @param measured held-out examples that the task's metric is taken of at each validation, at most
 * @param adapters low-rank changes to learn instead of the parameters themselves, if any
 */
public record FineTuningConfig(
    Optional<String> task, int measured, Optional<LowRankConfig> adapters) {
  /** Plain training of all parameters. */
  public static final FineTuningConfig NONE =
      new FineTuningConfig(Optional.empty(), 500, Optional.empty());

  public FineTuningConfig {
    check("measured", measured, measured >= 1 && measured <= 1 << 24, "1 to 16777216");
  }

  /** The examples of a task, all parameters. */
  public static FineTuningConfig ofTask(String task) {
    return new FineTuningConfig(Optional.of(task), NONE.measured, Optional.empty());
  }

  /** The same with adapters. */
  public FineTuningConfig with(LowRankConfig lowRank) {
    return new FineTuningConfig(task, measured, Optional.of(lowRank));
  }
}
