package dev.stlm.serving.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a code point of a set is written in bytes of UTF-8. */
enum Spelling {
  /** As it is. */
  PLAIN {
    @Override
    int write(CodePoints set, ProgramBuilder to, int next) {
      return utf8(set, to, next);
    }
  },

  /**
   * Inside a JSON string, each in one way only: the quote, the backslash and the control characters
   * escaped, the short escape where there is one, everything else as it is. So equal strings are
   * equal bytes.
   */
  JSON {
    @Override
    int write(CodePoints set, ProgramBuilder to, int next) {
      CodePoints plain = set.minus(ESCAPED);
      List<Integer> options = new ArrayList<>();
      if (!plain.isEmpty()) {
        options.add(utf8(plain, to, next));
      }
      List<byte[]> escapes = new ArrayList<>();
      for (CodePoints.Range r : ESCAPED.ranges()) {
        for (int c = r.first(); c <= r.last(); c++) {
          if (set.contains(c)) {
            escapes.add(JsonText.escape(c).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          }
        }
      }
      if (!escapes.isEmpty()) {
        options.add(to.anyOf(escapes, next));
      }
      return to.either(options);
    }
  };

  private static final CodePoints ESCAPED =
      CodePoints.between(0, 0x1F).plus(CodePoints.anyOf("\"\\"));

  /**
   * Writes one code point.
   *
   * @param set not empty
   * @param next where to go on
   * @return where to begin
   */
  abstract int write(CodePoints set, ProgramBuilder to, int next);

  private static int utf8(CodePoints set, ProgramBuilder to, int next) {
    // first bytes that are followed by the same are one step
    Map<Integer, ByteSet> heads = new LinkedHashMap<>();
    for (CodePoints.Range r : set.ranges()) {
      utf8(r.first(), r.last(), to, next, heads);
    }
    List<Integer> options = new ArrayList<>();
    heads.forEach((tail, bytes) -> options.add(to.read(bytes, tail)));
    return to.either(options);
  }

  /** Splits a range until every byte of its UTF-8 forms is a range by itself. */
  private static void utf8(
      int first, int last, ProgramBuilder to, int next, Map<Integer, ByteSet> heads) {
    for (int longest : new int[] {0x7F, 0x7FF, 0xFFFF}) {
      if (first <= longest && longest < last) {
        utf8(first, longest, to, next, heads);
        utf8(longest + 1, last, to, next, heads);
        return;
      }
    }
    for (int bits = 6; bits < 24 && last > 0x7F; bits += 6) {
      int tail = (1 << bits) - 1;
      if ((first & ~tail) != (last & ~tail)) {
        int split = (first & tail) != 0 ? first | tail : (last & ~tail) - 1;
        if ((first & tail) != 0 || (last & tail) != tail) {
          utf8(first, split, to, next, heads);
          utf8(split + 1, last, to, next, heads);
          return;
        }
      }
    }
    byte[] from = bytes(first);
    byte[] until = bytes(last);
    int at = next;
    for (int i = from.length - 1; i > 0; i--) {
      at = to.read(ByteSet.between(from[i] & 0xFF, until[i] & 0xFF), at);
    }
    heads.merge(at, ByteSet.between(from[0] & 0xFF, until[0] & 0xFF), ByteSet::plus);
  }

  private static byte[] bytes(int codePoint) {
    return Character.toString(codePoint).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
