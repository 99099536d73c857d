package dev.stlm.serving.grammar;

import java.util.List;

/** A regular expression over code points, read and checked; it matches whole texts. */
sealed interface Regex {
  /** Most times that something counted may repeat. */
  int MOST_REPEATS = 1000;

  /** The empty text. */
  Regex EMPTY = new Sequence(List.of());

  /** One code point of a set that is not empty. */
  record One(CodePoints set) implements Regex {}

  /** One after the other. */
  record Sequence(List<Regex> parts) implements Regex {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** One of several. */
  record Choice(List<Regex> options) implements Regex {
    public Choice {
      options = List.copyOf(options);
    }
  }

  /**
   * Repeated.
   *
   * @param least fewest times
   * @param most most times, or -1 without end
   */
  record Repeat(Regex body, int least, int most) implements Regex {}

  /** Any number of any code points. */
  static Regex anything() {
    return new Repeat(new One(CodePoints.ALL), 0, -1);
  }

  /** The characters of a text. */
  static Regex literal(String text) {
    return new Sequence(
        text.codePoints().mapToObj(c -> (Regex) new One(CodePoints.of(c))).toList());
  }
}
