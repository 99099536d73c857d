package dev.stlm.serving.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of Unicode scalar values: the code points from 0 to 10FFFF without the surrogates, which
 * have no UTF-8 form. Immutable.
 */
final class CodePoints {
  private static final int LAST = Character.MAX_CODE_POINT;
  private static final int SURROGATES = 0xD800;
  private static final int AFTER_SURROGATES = 0xE000;

  static final CodePoints NONE = new CodePoints(List.of());
  static final CodePoints ALL = between(0, LAST);

  private final List<Range> ranges;

  /**
   * Code points that follow each other.
   *
   * @param first the lowest
   * @param last the highest, inclusive
   */
  record Range(int first, int last) {}

  /** {@code ranges} are in order, do not touch, and hold no surrogate. */
  private CodePoints(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** The set of one code point. */
  static CodePoints of(int codePoint) {
    return between(codePoint, codePoint);
  }

  /** The set of the characters of a string. */
  static CodePoints anyOf(String characters) {
    return union(characters.codePoints().mapToObj(CodePoints::of).toList());
  }

  /** The code points from {@code first} to {@code last}, surrogates left out. */
  static CodePoints between(int first, int last) {
    List<Range> parts = new ArrayList<>();
    if (first < SURROGATES) {
      parts.add(new Range(first, Math.min(last, SURROGATES - 1)));
    }
    if (last >= AFTER_SURROGATES) {
      parts.add(new Range(Math.max(first, AFTER_SURROGATES), last));
    }
    parts.removeIf(r -> r.first > r.last);
    return new CodePoints(parts);
  }

  /** In rising order; none touches the next, except around the surrogates. */
  List<Range> ranges() {
    return ranges;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  boolean contains(int codePoint) {
    return ranges.stream().anyMatch(r -> r.first <= codePoint && codePoint <= r.last);
  }

  CodePoints plus(CodePoints other) {
    return union(List.of(this, other));
  }

  /** What is in any of some sets. */
  static CodePoints union(List<CodePoints> sets) {
    List<Range> all = new ArrayList<>();
    sets.forEach(set -> all.addAll(set.ranges));
    all.sort(Comparator.comparingInt(Range::first));
    List<Range> merged = new ArrayList<>();
    for (Range r : all) {
      Range last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && r.first <= last.last + 1) {
        merged.set(merged.size() - 1, new Range(last.first, Math.max(last.last, r.last)));
      } else {
        merged.add(r);
      }
    }
    return new CodePoints(merged);
  }

  CodePoints complement() {
    List<CodePoints> rest = new ArrayList<>();
    int from = 0;
    for (Range r : ranges) {
      rest.add(between(from, r.first - 1));
      from = r.last + 1;
    }
    rest.add(between(from, LAST));
    return union(rest);
  }

  CodePoints minus(CodePoints other) {
    return complement().plus(other).complement();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CodePoints c && c.ranges.equals(ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }
}
