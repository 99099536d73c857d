package dev.stlm.serving.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * The decimal forms of the integers from {@code least} to {@code most}, both inclusive: no plus
 * sign, no zeros in front, no minus zero.
 */
record IntegerRange(long least, long most) {
  /** Largest magnitude: 18 digits. */
  static final long LARGEST = 999_999_999_999_999_999L;

  /** Writes one integer of the range, which is not empty. */
  int write(ProgramBuilder to, int next) {
    List<Integer> options = new ArrayList<>();
    if (most >= 0) {
      magnitudes(Math.max(0, least), most, to, next, options);
    }
    if (least < 0) {
      List<Integer> negative = new ArrayList<>();
      magnitudes(Math.max(1, -most), -least, to, next, negative);
      options.add(to.literal("-", to.either(negative)));
    }
    return to.either(options);
  }

  /** Forms of the numbers from {@code low} to {@code high}, by length. */
  private static void magnitudes(
      long low, long high, ProgramBuilder to, int next, List<Integer> options) {
    String from = Long.toString(low);
    String until = Long.toString(high);
    for (int length = from.length(); length <= until.length(); length++) {
      String first = length == from.length() ? from : "1" + "0".repeat(length - 1);
      String last = length == until.length() ? until : "9".repeat(length);
      options.add(between(first, last, 0, to, next));
    }
  }

  /** Digits from {@code at} on, of numbers of equal length. */
  private static int between(String first, String last, int at, ProgramBuilder to, int next) {
    if (at == first.length()) {
      return next;
    }
    char low = first.charAt(at);
    char high = last.charAt(at);
    String nines = "9".repeat(last.length());
    String zeros = "0".repeat(first.length());
    boolean any = first.endsWith(zeros.substring(at)) && last.endsWith(nines.substring(at));
    if (low == high || any) {
      return to.read(ByteSet.between(low, high), between(first, last, at + 1, to, next));
    }
    List<Integer> options = new ArrayList<>();
    options.add(to.read(ByteSet.of(low), between(first, nines, at + 1, to, next)));
    if (high - low > 1) {
      options.add(
          to.read(ByteSet.between(low + 1, high - 1), between(zeros, nines, at + 1, to, next)));
    }
    options.add(to.read(ByteSet.of(high), between(zeros, last, at + 1, to, next)));
    return to.either(options);
  }
}
