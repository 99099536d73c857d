package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.FineTuningConfig;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.finetune.ClassificationTask;
import dev.stlm.training.finetune.FineTuningTasks;
import dev.stlm.training.finetune.TextClassifier;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is different where a model is tuned for a task. */
final class FineTuningOptions {
  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "Learn the answers of a task: ${COMPLETION-CANDIDATES}. --text and --valid are then JSON"
              + " lines of its examples, plain or .gz.",
      completionCandidates = TaskNames.class)
  private @Nullable String task;

  @Option(
      names = "--measured",
      paramLabel = "N",
      description = "Held-out examples that a validation takes the metric of; default: 500.")
  private @Nullable Integer measured;

  @Option(
      names = "--lora",
      paramLabel = "RANK",
      description = "Learn low-rank adapters of this rank alone; DIR/adapter has them.")
  private @Nullable Integer rank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "A",
      description = "Scales adapters by A / RANK; default: twice the rank.")
  private @Nullable Double alpha;

  @Option(
      names = "--head",
      description = "Fit a linear classifier on the best model, too: DIR/head.json.")
  private boolean head;

  /** The task to fit a head for, if one is asked for. */
  Optional<ClassificationTask> headOf() {
    if (!head) {
      return Optional.empty();
    }
    if (task == null) {
      throw new InvalidInputException("train: --head is of a --task; give that, too");
    }
    return Optional.of(TextClassifier.classification(FineTuningTasks.named(task)));
  }

  FineTuningConfig fineTuning() {
    if (measured != null && task == null) {
      throw new InvalidInputException("train: --measured is of a --task; give that, too");
    }
    if (alpha != null && rank == null) {
      throw new InvalidInputException("train: --lora-alpha is of adapters; give --lora, too");
    }
    Optional<LowRankConfig> adapters =
        Optional.ofNullable(rank)
            .map(r -> alpha == null ? LowRankConfig.of(r) : new LowRankConfig(r, alpha));
    return new FineTuningConfig(
        Optional.ofNullable(task),
        Objects.requireNonNullElse(measured, FineTuningConfig.NONE.measured()),
        adapters);
  }

  /** Sequences of a batch where none are given: examples are shorter than windows of a text. */
  int sequences() {
    return task == null ? 8 : 32;
  }

  /** For the help and the completion script. */
  static final class TaskNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return FineTuningTasks.installed().keySet().iterator();
    }
  }
}
