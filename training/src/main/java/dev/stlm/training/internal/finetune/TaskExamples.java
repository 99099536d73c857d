package dev.stlm.training.internal.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.config.FineTuningConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.FineTuningTasks;
import dev.stlm.training.internal.torch.Batch;
import dev.stlm.training.metric.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The examples of a run, opened: what is learned and what is held out.
 *
 * @param task that they belong to
 * @param batches of the examples to learn
 * @param held examples that are not learned; empty where none are
 * @param measured how many of them are measured at a validation
 * @param heldBatches these as batches
 * @param sha256 of the file of the examples to learn
 * @param idsPerSequence of the examples to learn, on average
 */
public record TaskExamples(
    FineTuningTask task,
    ExampleBatches batches,
    List<Example> held,
    int measured,
    List<Batch> heldBatches,
    String sha256,
    double idsPerSequence) {

  /**
   * Opens the examples.
   *
   * @param name of the task
   * @param holdOut share of the examples at the end of the file that is held out where {@code
   *     validation} is empty
   * @throws InvalidInputException if a file does not fit, or no example is left to learn
   */
  public static TaskExamples open(
      String name,
      Path file,
      Optional<Path> validation,
      double holdOut,
      Checkpoint checkpoint,
      TrainingConfig config) {
    FineTuningTask task = FineTuningTasks.named(name);
    List<Example> train = ExampleFile.read(file, task);
    List<Example> held = List.of();
    if (validation.isPresent()) {
      held = ExampleFile.read(validation.get(), task);
    } else if (holdOut > 0) {
      int rest = train.size() - Math.max(1, (int) (train.size() * holdOut));
      held = train.subList(rest, train.size());
      train = train.subList(0, rest);
    }
    if (train.isEmpty()) {
      throw new InvalidInputException(
          file + ": has too few examples to learn some and hold some out; give more, or --valid");
    }
    Tokenizer tokenizer = checkpoint.tokenizer();
    int length = config.batch().sequenceLength();
    FineTuningConfig tuning = config.fineTuning();
    List<AnswerSequence> sequences = sequences(train, tokenizer, length);
    int measured = Math.min(held.size(), tuning.measured());
    List<AnswerSequence> heldSequences = sequences(held.subList(0, measured), tokenizer, length);
    return new TaskExamples(
        task,
        new ExampleBatches(sequences, length, tokenizer.endOfText(), config.seed()),
        held,
        measured,
        new ExampleBatches(heldSequences, length, tokenizer.endOfText(), config.seed())
            .all(config.batch().sequences()),
        InputText.sha256(file),
        sequences.stream().mapToInt(AnswerSequence::length).average().orElseThrow());
  }

  private static List<AnswerSequence> sequences(
      List<Example> examples, Tokenizer tokenizer, int length) {
    List<AnswerSequence> sequences = new ArrayList<>();
    examples.forEach(e -> sequences.addAll(AnswerSequence.of(e, tokenizer, length)));
    return sequences;
  }

  /** Takes the task's metrics of held-out examples: of as many as a validation does. */
  public List<Metric> measure(Checkpoint checkpoint) {
    return measure(checkpoint, measured);
  }

  /** Takes the task's metrics of all held-out examples. */
  public List<Metric> measureAll(Checkpoint checkpoint) {
    return measure(checkpoint, held.size());
  }

  private List<Metric> measure(Checkpoint checkpoint, int count) {
    if (count == 0) {
      return List.of();
    }
    try (LanguageModel model = ModelRuntimes.load(ModelRuntimes.DEFAULT, checkpoint)) {
      return task.measure(model, held.subList(0, count));
    }
  }
}
