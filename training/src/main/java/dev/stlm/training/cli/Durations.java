package dev.stlm.training.cli;

import dev.stlm.tokenizer.InvalidInputException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 90s}, {@code 5m}, {@code 1.5h}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)([smh])");

  private Durations() {}

  /**
   * Reads a time.
   *
   * @throws InvalidInputException if the text is not a number followed by s, m or h
   */
  public static Duration parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new InvalidInputException(
          "--for " + text + ": is not a time; write it as 90s, 5m or 2h");
    }
    double unit =
        switch (m.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          default -> 3600;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(m.group(1)) * unit * 1000));
  }
}
