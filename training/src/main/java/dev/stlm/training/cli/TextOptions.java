package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.data.TrainingText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run reads. */
final class TextOptions {
  @Option(
      names = "--text",
      paramLabel = "PATH[:WEIGHT]",
      description =
          "Text to learn: a file, or a directory that stlm prepare wrote. May be repeated; a text of"
              + " weight 2 is read twice as often as its size says.")
  private @Nullable List<String> texts;

  @Option(
      names = "--within-documents",
      description =
          "Sequences hold text of one document alone, of prepared text; default: documents follow"
              + " each other.")
  private boolean withinDocuments;

  @Option(
      names = "--valid",
      paramLabel = "PATH",
      description =
          "Held-out text to measure on; default: the validation split of prepared text, the last"
              + " 1 %% of a file, not learned.")
  private @Nullable Path valid;

  boolean isGiven() {
    return texts != null;
  }

  TrainingText text() {
    if (texts == null) {
      throw new InvalidInputException("train: --text is missing; give the text to learn");
    }
    return new TrainingText(texts.stream().map(TrainingText.Part::parse).toList(), withinDocuments);
  }

  Optional<Path> validation() {
    return Optional.ofNullable(valid);
  }
}
