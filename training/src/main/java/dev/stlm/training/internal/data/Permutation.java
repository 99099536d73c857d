package dev.stlm.training.internal.data;

import java.util.SplittableRandom;

/**
 * A seeded order of the numbers below n that takes no memory: a Feistel network over the next
 * larger power of four, walked until it lands below n (Black and Rogaway 2002).
 */
final class Permutation {
  private static final int ROUNDS = 4;

  private final long size;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /**
   * An order.
   *
   * @param size n, from 1 to 2⁶⁰
   */
  Permutation(long size, long seed) {
    if (size < 1 || size > 1L << 60) {
      throw new IllegalArgumentException("permutation of " + size);
    }
    this.size = size;
    int bits = 64 - Long.numberOfLeadingZeros(size - 1);
    this.halfBits = Math.max(1, (bits + 1) / 2);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = random.nextLong();
    }
  }

  /** The number at a place of the order; a bijection on {@code [0, n)}. */
  long at(long place) {
    if (place < 0 || place >= size) {
      throw new IndexOutOfBoundsException("place " + place + " of " + size);
    }
    long x = place;
    do {
      x = shuffle(x);
    } while (x >= size);
    return x;
  }

  private long shuffle(long x) {
    long mask = (1L << halfBits) - 1;
    long left = x >>> halfBits;
    long right = x & mask;
    for (long key : keys) {
      long next = left ^ (mix(right ^ key) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
