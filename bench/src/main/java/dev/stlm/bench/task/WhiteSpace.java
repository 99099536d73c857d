package dev.stlm.bench.task;

/**
 * White space as Python's {@code str.strip}, {@code str.isspace} and regular expressions see it.
 *
 * <p>Java's {@code strip}, {@code trim} and {@code \s} each take another set, so scores would
 * differ on texts with a no-break space or a file separator.
 */
public final class WhiteSpace {
  private WhiteSpace() {}

  /** Whether a code point is white space. All of the set lie in the basic plane. */
  public static boolean is(int codePoint) {
    return switch (codePoint) {
      case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x20 -> true;
      case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
      default -> codePoint >= 0x2000 && codePoint <= 0x200A;
    };
  }

  /** Without white space at both ends. */
  public static String strip(String s) {
    return stripTrailing(stripLeading(s));
  }

  /** Without white space at the start. */
  public static String stripLeading(String s) {
    int start = 0;
    while (start < s.length() && is(s.charAt(start))) {
      start++;
    }
    return s.substring(start);
  }

  /** Without white space at the end. */
  public static String stripTrailing(String s) {
    int end = s.length();
    while (end > 0 && is(s.charAt(end - 1))) {
      end--;
    }
    return s.substring(0, end);
  }

  /**
   * Number of pieces that a split on runs of white space gives, empty ones at the ends included:
   * the harness's count of words. At least 1.
   */
  public static int words(String s) {
    int runs = 0;
    boolean inRun = false;
    for (int i = 0; i < s.length(); i++) {
      boolean space = is(s.charAt(i));
      runs += space && !inRun ? 1 : 0;
      inRun = space;
    }
    return runs + 1;
  }
}
