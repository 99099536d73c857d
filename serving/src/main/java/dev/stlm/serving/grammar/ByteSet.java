package dev.stlm.serving.grammar;

/**
 * A set of byte values, 0 to 255, as four words of 64 bits: byte b is bit b mod 64 of word b div
 * 64.
 */
record ByteSet(long w0, long w1, long w2, long w3) {
  static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

  static ByteSet of(int b) {
    return between(b, b);
  }

  /** The bytes from {@code first} to {@code last}, inclusive. */
  static ByteSet between(int first, int last) {
    long[] words = new long[4];
    for (int b = first; b <= last; b++) {
      words[b >> 6] |= 1L << b;
    }
    return new ByteSet(words[0], words[1], words[2], words[3]);
  }

  /** The bytes of an ASCII string. */
  static ByteSet anyOf(String ascii) {
    ByteSet set = NONE;
    for (int i = 0; i < ascii.length(); i++) {
      set = set.plus(of(ascii.charAt(i)));
    }
    return set;
  }

  ByteSet plus(ByteSet other) {
    return new ByteSet(w0 | other.w0, w1 | other.w1, w2 | other.w2, w3 | other.w3);
  }

  boolean contains(int b) {
    long word =
        switch (b >> 6) {
          case 0 -> w0;
          case 1 -> w1;
          case 2 -> w2;
          default -> w3;
        };
    return (word >>> b & 1) != 0;
  }

  boolean isEmpty() {
    return (w0 | w1 | w2 | w3) == 0;
  }
}
