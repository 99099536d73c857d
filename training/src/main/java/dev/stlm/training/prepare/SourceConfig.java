package dev.stlm.training.prepare;

import static dev.stlm.training.prepare.SettingCheck.check;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A source of documents.
 *
 * @param name of letters, digits, {@code . _ -}, at most 64; in the names of shards
 * @param inputs files and directories, in order: text, {@code .jsonl} or {@code .ndjson} or {@code
 *     .json} with an object a line, each also compressed as {@code .gz} or {@code .zst}, and {@code
 *     .parquet}. Of a directory all files below it with one of these ends (but {@code .json}), and
 *     {@code .txt}, are read, sorted by path.
 * @param licence of the text, for the manifest
 * @param weight how often the text is read for once that text of weight 1 is, above 0 to 1000
 * @param field of JSON lines, or column of Parquet, that holds the text
 */
public record SourceConfig(
    String name, List<String> inputs, String licence, double weight, String field) {
  /** What the licence is where nothing is said. */
  public static final String UNKNOWN_LICENCE = "not stated";

  /** The field where nothing is said. */
  public static final String TEXT = "text";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public SourceConfig {
    inputs = List.copyOf(inputs);
    check(
        "name of a source",
        "\"" + name + "\"",
        NAME.matcher(name).matches(),
        "letters, digits, dot, underscore and hyphen, at most 64, a letter or digit first");
    check("inputs of " + name, inputs, !inputs.isEmpty(), "at least one");
    check("weight of " + name, weight, weight > 0 && weight <= 1000, "above 0, to 1000");
    check("field of " + name, "\"" + field + "\"", !field.isEmpty(), "a name");
  }

  /** Weight 1, text in {@code text}. */
  public static SourceConfig of(String name, List<String> inputs) {
    return new SourceConfig(name, inputs, UNKNOWN_LICENCE, 1, TEXT);
  }
}
