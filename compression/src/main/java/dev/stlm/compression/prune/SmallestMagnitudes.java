package dev.stlm.compression.prune;

import java.util.List;

/**
 * Which values of some arrays are the {@code count} smallest by magnitude: all with magnitude below
 * a threshold, and the first few that equal it.
 *
 * <p>The bits of the magnitude of a float, read as an integer, are ordered like the magnitude, so
 * two counting passes (upper 16 bits, lower 15) find the threshold in linear time without sorting.
 *
 * @param threshold bits of the magnitude
 * @param ties how many values equal to the threshold belong to the smallest
 */
record SmallestMagnitudes(int threshold, long ties) {
  private static final int LOW_BITS = 15;
  private static final int SIGNLESS = 0x7FFFFFFF;

  static SmallestMagnitudes of(List<float[]> arrays, long count) {
    long[] high = new long[1 << 16];
    for (float[] array : arrays) {
      for (float f : array) {
        high[bits(f) >>> LOW_BITS]++;
      }
    }
    Bucket upper = Bucket.holding(high, count);
    long[] low = new long[1 << LOW_BITS];
    for (float[] array : arrays) {
      for (float f : array) {
        int bits = bits(f);
        if (bits >>> LOW_BITS == upper.index()) {
          low[bits & (1 << LOW_BITS) - 1]++;
        }
      }
    }
    Bucket lower = Bucket.holding(low, upper.remaining());
    return new SmallestMagnitudes(upper.index() << LOW_BITS | lower.index(), lower.remaining());
  }

  /** Sets the smallest values to zero, in place. */
  void zero(List<float[]> arrays) {
    long left = ties;
    for (float[] array : arrays) {
      for (int i = 0; i < array.length; i++) {
        int bits = bits(array[i]);
        if (bits < threshold || (bits == threshold && left-- > 0)) {
          array[i] = 0;
        }
      }
    }
  }

  private static int bits(float f) {
    return Float.floatToIntBits(f) & SIGNLESS;
  }

  /** The bucket that holds the last of {@code count} values, and how many of its own it takes. */
  private record Bucket(int index, long remaining) {
    static Bucket holding(long[] counts, long count) {
      long remaining = count;
      int i = 0;
      while (i < counts.length - 1 && remaining > counts[i]) {
        remaining -= counts[i++];
      }
      return new Bucket(i, remaining);
    }
  }
}
