package dev.stlm.training.data;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run learns from: text files and prepared directories, in a mixture.
 *
 * <p>A part of weight 2 is read twice as often as its size says: its share of the windows is its
 * weight times its ids, divided by the sum of that over all parts. The sources of a prepared
 * directory have the weights of its recipe, times that of the directory.
 *
 * @param parts at least one
 * @param withinDocuments whether a window holds text of one document alone; what is left of it is
 *     filled up and not learned. Otherwise documents follow each other in a window, each ended by
 *     the end-of-text id. A text file is one document.
 */
public record TrainingText(List<Part> parts, boolean withinDocuments) {
  /**
   * A part of a mixture.
   *
   * @param path of a text file or a prepared directory
   * @param weight above 0, to 1000
   */
  public record Part(String path, double weight) {
    private static final Pattern WEIGHTED = Pattern.compile("(.+):(\\d{1,4}(?:\\.\\d{1,6})?)");

    public Part {
      if (!(weight > 0 && weight <= 1000)) {
        throw new InvalidInputException(
            path + ": has weight " + weight + "; allowed: above 0, to 1000");
      }
    }

    /** Reads {@code PATH} or {@code PATH:WEIGHT}; a file whose whole name that is comes first. */
    public static Part parse(String text) {
      Matcher m = WEIGHTED.matcher(text);
      return m.matches() && !Files.exists(Path.of(text))
          ? new Part(m.group(1), Double.parseDouble(m.group(2)))
          : new Part(text, 1);
    }
  }

  public TrainingText {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new InvalidInputException("training: there is no text; give a file or a directory");
    }
  }

  /** One file or prepared directory. */
  public static TrainingText of(Path path) {
    return new TrainingText(List.of(new Part(path.toString(), 1)), false);
  }

  /** The same, with windows that hold text of one document alone, or not. */
  public TrainingText withinDocuments(boolean within) {
    return new TrainingText(parts, within);
  }

  /** The same with absolute paths. */
  public TrainingText absolute() {
    List<Part> absolute =
        parts.stream()
            .map(p -> new Part(Path.of(p.path()).toAbsolutePath().toString(), p.weight()))
            .toList();
    return new TrainingText(absolute, withinDocuments);
  }

  /**
   * The path, where only one makes sense.
   *
   * @param use names it in the error
   */
  public Path onlyPath(String use) {
    if (parts.size() > 1) {
      throw new InvalidInputException(
          use + ": takes one text, not " + parts.size() + "; give one of them");
    }
    return Path.of(parts.getFirst().path());
  }
}
