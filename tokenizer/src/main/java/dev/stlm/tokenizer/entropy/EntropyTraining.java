package dev.stlm.tokenizer.entropy;

import java.util.Arrays;

/**
 * From counts to the entropies of an {@link EntropyTable}.
 *
 * <p>The model is an interpolated n-gram with Witten-Bell weights (Witten and Bell 1991): {@code
 * P(x | c) = (n(c, x) + T(c) P(x | c')) / (N(c) + T(c))}, where n counts how often x followed the
 * context c, N is the sum of these counts and T the number of different x, and c' is c without its
 * oldest byte; below the empty context all 256 bytes are equally likely. A context that was never
 * seen has the distribution of the next shorter one, so the table needs no entry for it. The same
 * text gives the same entries on every machine.
 */
final class EntropyTraining {
  private static final int BYTES = 256;
  private static final double LN2 = StrictMath.log(2);

  /**
   * Contexts of three bytes are stored from this count on, and if they come at least once in so
   * many bytes: rarer ones say little more than shorter ones do, and the text of the table stays
   * short however long the training text is.
   */
  private static final long FEWEST_OF_THREE = 4;

  private static final long RAREST_OF_THREE = 1 << 19;

  private final GramCounts counts;
  private final int[] grams;
  private final byte[] entries;

  /** Entropy times count, and count, of the contexts of three bytes that share a place. */
  private final double[] sums = new double[EntropyTable.PLACES_OF_THREE];

  private final long[] weights = new long[EntropyTable.PLACES_OF_THREE];

  private EntropyTraining(GramCounts counts, int context) {
    this.counts = counts;
    grams = counts.grams();
    entries = new byte[EntropyTable.size(context)];
  }

  /** The entries of the table with contexts of up to {@code context} bytes. */
  static byte[] entries(GramCounts counts, int context) {
    return new EntropyTraining(counts, context).entries(context);
  }

  private byte[] entries(int context) {
    long[] alone = new long[BYTES];
    long[][] afterOne = new long[BYTES][BYTES];
    for (int gram : grams) {
      int count = counts.count(gram);
      alone[GramCounts.next(gram)] += count;
      afterOne[GramCounts.lastByte(gram)][GramCounts.next(gram)] += count;
    }
    double[] uniform = new double[BYTES];
    Arrays.fill(uniform, 1.0 / BYTES);
    double[] p0 = interpolated(alone, uniform);
    entries[0] = EntropyTable.entry(entropy(p0));
    double[][] p1 = new double[BYTES][];
    for (int c = 0; c < BYTES; c++) {
      p1[c] = interpolated(afterOne[c], p0);
      if (total(afterOne[c]) > 0) {
        entries[EntropyTable.indexOfOne(c)] = EntropyTable.entry(entropy(p1[c]));
      }
    }
    if (context > 1) {
      addTwo(p1, context);
    }
    return entries;
  }

  private void addTwo(double[][] p1, int context) {
    int start = 0;
    while (start < grams.length) {
      int two = GramCounts.lastTwo(grams[start]);
      int end = start;
      long[] after = new long[BYTES];
      while (end < grams.length && GramCounts.lastTwo(grams[end]) == two) {
        after[GramCounts.next(grams[end])] += counts.count(grams[end]);
        end++;
      }
      double[] p2 = interpolated(after, p1[two & 0xFF]);
      entries[EntropyTable.indexOfTwo(two)] = EntropyTable.entry(entropy(p2));
      if (context > 2) {
        addThree(p2, start, end);
      }
      start = end;
    }
    for (int place = 0; place < (context > 2 ? weights.length : 0); place++) {
      if (weights[place] > 0) {
        entries[EntropyTable.indexOfPlace(place)] =
            EntropyTable.entry(sums[place] / weights[place]);
      }
    }
  }

  private void addThree(double[] p2, int from, int to) {
    long fewest = Math.max(FEWEST_OF_THREE, counts.total() / RAREST_OF_THREE);
    int start = from;
    while (start < to) {
      int three = GramCounts.lastThree(grams[start]);
      int end = start;
      long[] after = new long[BYTES];
      while (end < to && GramCounts.lastThree(grams[end]) == three) {
        after[GramCounts.next(grams[end])] += counts.count(grams[end]);
        end++;
      }
      long total = total(after);
      if (total >= fewest) {
        int place = EntropyTable.placeOfThree(three);
        sums[place] += entropy(interpolated(after, p2)) * total;
        weights[place] += total;
      }
      start = end;
    }
  }

  private static double[] interpolated(long[] after, double[] shorter) {
    long total = total(after);
    if (total == 0) {
      return shorter;
    }
    long different = 0;
    for (long n : after) {
      different += n > 0 ? 1 : 0;
    }
    double[] p = new double[BYTES];
    for (int x = 0; x < BYTES; x++) {
      p[x] = (after[x] + different * shorter[x]) / (total + different);
    }
    return p;
  }

  /** In bits. */
  private static double entropy(double[] p) {
    double sum = 0;
    for (double x : p) {
      sum -= x * StrictMath.log(x);
    }
    return sum / LN2;
  }

  private static long total(long[] after) {
    return Arrays.stream(after).sum();
  }
}
