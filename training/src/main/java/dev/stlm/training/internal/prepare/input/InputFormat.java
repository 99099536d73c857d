package dev.stlm.training.internal.prepare.input;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a file's name says about what is in it. */
enum InputFormat {
  /** Text; whatever has no other name. */
  TEXT,
  /** A JSON object a line. */
  JSON_LINES,
  /** Parquet. */
  PARQUET;

  private static final List<String> COMPRESSED = List.of(".gz", ".zst");

  /** The format of a file. */
  static InputFormat of(Path file) {
    String name = plainName(file);
    if (endsWith(name, ".jsonl", ".ndjson", ".json")) {
      return JSON_LINES;
    }
    return endsWith(name, ".parquet") ? PARQUET : TEXT;
  }

  /**
   * Whether a file is read where its directory is given; {@code .json} is not, since most such
   * files hold no lines of objects.
   */
  static boolean isFound(Path file) {
    String name = plainName(file);
    return !name.startsWith(".") && endsWith(name, ".txt", ".jsonl", ".ndjson", ".parquet");
  }

  /** The name in small letters, without the end that says how it is compressed. */
  private static String plainName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (String end : COMPRESSED) {
      if (name.endsWith(end)) {
        return name.substring(0, name.length() - end.length());
      }
    }
    return name;
  }

  private static boolean endsWith(String name, String... ends) {
    return Arrays.stream(ends).anyMatch(name::endsWith);
  }
}
