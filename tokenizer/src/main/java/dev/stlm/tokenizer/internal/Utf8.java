package dev.stlm.tokenizer.internal;

/** Well-formed UTF-8 characters in bytes (Unicode Standard, table 3-7). */
public final class Utf8 {
  /** What {@link #character} says of a character that the end of the bytes may have cut. */
  public static final int CUT = -1;

  private Utf8() {}

  /**
   * The length of the character that starts at a byte.
   *
   * @param at index of its first byte, below {@code end}
   * @param end index after the last byte there is
   * @return 1 to 4; 0 if no well-formed character starts there, whatever may follow; {@link #CUT}
   *     if all bytes from {@code at} to {@code end} are the beginning of one
   */
  public static int character(byte[] text, int at, int end) {
    int lead = text[at] & 0xFF;
    int length = length(lead);
    for (int i = 1; i < length; i++) {
      if (at + i == end) {
        return CUT;
      }
      int b = text[at + i] & 0xFF;
      boolean follows =
          i == 1 ? b >= smallestSecond(lead) && b <= largestSecond(lead) : b >= 0x80 && b <= 0xBF;
      if (!follows) {
        return 0;
      }
    }
    return length;
  }

  /** The code point of a well-formed character of {@code length} bytes. */
  public static int codePoint(byte[] text, int at, int length) {
    int point = length == 1 ? text[at] : text[at] & (0xFF >> (length + 1));
    for (int i = 1; i < length; i++) {
      point = point << 6 | (text[at + i] & 0x3F);
    }
    return point;
  }

  private static int length(int lead) {
    if (lead < 0x80) {
      return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  /** Overlong forms start below. */
  private static int smallestSecond(int lead) {
    return lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  }

  /** Surrogates and what is after the last plane are above. */
  private static int largestSecond(int lead) {
    return lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  }
}
