package dev.stlm.training.internal.prepare.sign;

/**
 * Hashes of runs of consecutive words, or bytes, of a text.
 *
 * <p>A word is a run of ASCII letters and digits and of bytes above ASCII; capitals count as small
 * letters, whatever is between words does not count. The hash of a run is a polynomial in the
 * hashes of its words (Karp and Rabin 1987), modulo 2⁶⁴, mixed.
 */
public final class Runs {
  /** Is told of runs. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * A run.
     *
     * @param hash of its words
     * @param start of its first word, in bytes
     * @param end of its last word, in bytes
     */
    void run(long hash, int start, int end);
  }

  private static final long BASE = 0x9E3779B97F4A7C15L;
  private static final long WORD = 0x100000001B3L;

  private final int length;
  private final long dropped;
  private final long[] hashes;
  private final int[] starts;
  private long rolling;
  private int seen;

  private Runs(int length) {
    this.length = length;
    this.hashes = new long[length];
    this.starts = new int[length];
    long power = 1;
    for (int i = 0; i < length; i++) {
      power *= BASE;
    }
    this.dropped = power;
  }

  /**
   * Visits all runs of so many words, in order.
   *
   * @return the number of words; where it is below {@code length} there is no run
   */
  public static int ofWords(byte[] text, int length, Visitor visitor) {
    Runs runs = new Runs(length);
    int at = 0;
    while (at < text.length) {
      if (lower(text[at]) == 0) {
        at++;
        continue;
      }
      int start = at;
      long hash = 0;
      for (int c; at < text.length && (c = lower(text[at])) != 0; at++) {
        hash = (hash + c) * WORD;
      }
      runs.next(Mixing.mix(hash), start, at, visitor);
    }
    return runs.seen;
  }

  /**
   * Visits all runs of so many bytes, in order.
   *
   * @return the number of bytes; where it is below {@code length} there is no run
   */
  public static int ofBytes(byte[] text, int length, Visitor visitor) {
    Runs runs = new Runs(length);
    for (int at = 0; at < text.length; at++) {
      runs.next(Mixing.mix((text[at] & 0xFF) + 1), at, at + 1, visitor);
    }
    return runs.seen;
  }

  private void next(long hash, int start, int end, Visitor visitor) {
    int slot = seen % length;
    rolling = rolling * BASE + hash - (seen < length ? 0 : hashes[slot] * dropped);
    hashes[slot] = hash;
    starts[slot] = start;
    seen++;
    if (seen >= length) {
      visitor.run(Mixing.mix(rolling), starts[seen % length], end);
    }
  }

  /** A byte of a word in small letters, or 0 for any other. */
  private static int lower(byte b) {
    if (b < 0 || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')) {
      return b & 0xFF;
    }
    return b >= 'A' && b <= 'Z' ? b + 32 : 0;
  }
}
