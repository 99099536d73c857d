package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.data.BatchSource;
import dev.stlm.training.internal.data.FixedWindows;
import dev.stlm.training.internal.data.IdSource;
import dev.stlm.training.internal.data.TextFile;
import dev.stlm.training.internal.data.Windows;
import dev.stlm.training.internal.finetune.TaskExamples;
import dev.stlm.training.internal.torch.Batch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a run, opened: what is learned and what is held out.
 *
 * @param windows of the training text, or its examples
 * @param held windows of the held-out text; empty where there is none
 * @param sha256 of the training text's file
 * @param bytesPerId of the training text, on average
 * @param tokenizer of the ids
 * @param task the examples, where the text is those of a task
 */
record TrainingTexts(
    BatchSource windows,
    List<Batch> held,
    String sha256,
    double bytesPerId,
    Tokenizer tokenizer,
    Optional<TaskExamples> task) {
  /** Windows of the held-out text that are measured, at most. */
  private static final int HELD_WINDOWS = 96;

  /**
   * Opens the texts.
   *
   * @param holdOut share of the text at its end that is held out where {@code validation} is empty
   */
  static TrainingTexts open(
      Path text,
      Optional<Path> validation,
      double holdOut,
      Checkpoint checkpoint,
      TrainingConfig config) {
    Tokenizer tokenizer = checkpoint.tokenizer();
    int length = config.batch().sequenceLength();
    int context = checkpoint.config().contextLength();
    if (length > context) {
      throw new InvalidInputException(
          "training: sequences of %d ids do not fit into the model's context of %d; use --sequence %d or less"
              .formatted(length, context, context));
    }
    Optional<String> task = config.fineTuning().task();
    if (task.isPresent()) {
      return of(
          TaskExamples.open(task.get(), text, validation, holdOut, checkpoint, config),
          tokenizer,
          length);
    }
    TextFile file = TextFile.open(text);
    IdSource all = IdSource.of(file, tokenizer);
    IdSource train = all;
    IdSource held = all.slice(0, 0);
    if (validation.isPresent()) {
      held = IdSource.of(TextFile.open(validation.get()), tokenizer);
      requireWindow(validation.get(), held, length);
    } else if (holdOut > 0) {
      // at least one window; a text too short for both is said to be too short below
      long share = Math.max(length, (long) (all.length() * holdOut));
      long rest = Math.max(0, all.length() - share);
      train = all.slice(0, rest);
      held = all.slice(rest, all.length() - rest);
    }
    requireWindow(text, train, length);
    Windows windows = new Windows(train, length, tokenizer.endOfText(), config.seed());
    int sequences = Math.clamp(config.batch().sequences(), 1, HELD_WINDOWS);
    List<Batch> heldWindows =
        FixedWindows.of(held, length, tokenizer.endOfText(), HELD_WINDOWS, sequences);
    return new TrainingTexts(
        windows, heldWindows, file.sha256(), all.bytesPerId(), tokenizer, Optional.empty());
  }

  private static TrainingTexts of(TaskExamples examples, Tokenizer tokenizer, int length) {
    return new TrainingTexts(
        examples.batches(),
        examples.heldBatches(),
        examples.sha256(),
        examples.idsPerSequence() / length,
        tokenizer,
        Optional.of(examples));
  }

  /** Bytes of text that ids stand for. */
  int bytes(int[] ids) {
    return tokenizer.decode(ids).length;
  }

  private static void requireWindow(Path file, IdSource ids, int length) {
    if (ids.length() < length) {
      throw new InvalidInputException(
          "%s: is too short: %d ids are left to use and a sequence has %d; give more text or a smaller --sequence"
              .formatted(file, ids.length(), length));
    }
  }
}
