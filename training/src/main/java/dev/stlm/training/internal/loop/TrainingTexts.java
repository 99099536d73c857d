package dev.stlm.training.internal.loop;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.internal.data.BatchSource;
import dev.stlm.training.internal.data.FixedWindows;
import dev.stlm.training.internal.data.IdSource;
import dev.stlm.training.internal.data.OpenedText;
import dev.stlm.training.internal.data.WindowOrder;
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
 * @param sha256 of the parts of the training text, parted by blanks: of a file, or the data hash of
 *     a prepared directory
 * @param bytesPerId of the ids of a window, on average
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
   * @param holdOut share of a text file at its end that is held out where {@code validation} is
   *     empty; of prepared data its validation split is
   */
  static TrainingTexts open(
      TrainingText text,
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
      Path examples = text.onlyPath("--task");
      return of(
          TaskExamples.open(task.get(), examples, validation, holdOut, checkpoint, config),
          tokenizer,
          length);
    }
    OpenedText opened =
        OpenedText.open(text, tokenizer, validation.isPresent() ? 0 : holdOut, length);
    IdSource held = validation.map(v -> held(v, tokenizer, length)).orElse(opened.held());
    WindowOrder windows = opened.windows(length, tokenizer.endOfText(), config.seed());
    int sequences = Math.clamp(config.batch().sequences(), 1, HELD_WINDOWS);
    List<Batch> heldWindows =
        text.withinDocuments()
            ? FixedWindows.withinDocuments(
                held, length, tokenizer.endOfText(), HELD_WINDOWS, sequences)
            : FixedWindows.of(held, length, tokenizer.endOfText(), HELD_WINDOWS, sequences);
    return new TrainingTexts(
        windows,
        heldWindows,
        String.join(" ", opened.hashes()),
        windows.bytesPerWindow() / length,
        tokenizer,
        Optional.empty());
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

  private static IdSource held(Path validation, Tokenizer tokenizer, int length) {
    IdSource held = OpenedText.validation(validation, tokenizer);
    if (held.length() < length) {
      throw new InvalidInputException(
          "%s: is too short: %d ids are left to use and a sequence has %d; give more text or a smaller --sequence"
              .formatted(validation, held.length(), length));
    }
    return held;
  }

  /** Bytes of text that ids stand for. */
  int bytes(int[] ids) {
    return tokenizer.decode(ids).length;
  }
}
