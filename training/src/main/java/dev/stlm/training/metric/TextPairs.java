package dev.stlm.training.metric;

import java.util.ArrayList;
import java.util.List;

/** What both metrics of text share: checks, and what a blank is. */
final class TextPairs {
  private TextPairs() {}

  /** Each hypothesis needs one reference, and there is at least one. */
  static void check(List<String> hypotheses, List<String> references) {
    if (hypotheses.isEmpty() || hypotheses.size() != references.size()) {
      throw new IllegalArgumentException(
          hypotheses.size() + " hypotheses for " + references.size() + " references");
    }
  }

  /** The words of a line, as Python's {@code str.split()} finds them. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < line.length(); i++) {
      if (isBlank(line.charAt(i))) {
        if (start >= 0) {
          words.add(line.substring(start, i));
          start = -1;
        }
      } else if (start < 0) {
        start = i;
      }
    }
    if (start >= 0) {
      words.add(line.substring(start));
    }
    return words;
  }

  /** White space of Unicode as Python has it: more than Java's, all in the basic plane. */
  static boolean isBlank(char c) {
    return switch (c) {
      case '\u0085', '\u00A0', '\u1680', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000', ' ' ->
          true;
      default ->
          (c >= '\t' && c <= '\r')
              || (c >= '\u001C' && c <= '\u001F')
              || (c >= '\u2000' && c <= '\u200A');
    };
  }
}
