package dev.stlm.training.internal.prepare.sign;

import dev.stlm.training.prepare.DuplicatesConfig;
import dev.stlm.training.prepare.DuplicatesConfig.Shingles;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Signatures of documents whose share of equal places estimates the Jaccard similarity of their
 * sets of shingles (Broder 1997). Immutable, safe for use by several threads.
 *
 * <p>Place i holds the least of h_i over the shingles, where h_i(x) is the upper half of a_i · x +
 * b_i modulo 2⁶⁴ and x is the 64-bit hash of the shingle.
 */
public final class MinHash {
  private final Shingles shingles;
  private final int size;
  private final long[] factors;
  private final long[] offsets;

  /**
   * Hash functions.
   *
   * @param seed of a_i and b_i; only signatures of one seed can be compared
   */
  public MinHash(DuplicatesConfig config, long seed) {
    this.shingles = config.shingles();
    this.size = config.size();
    SplittableRandom random = new SplittableRandom(seed);
    this.factors = random.longs(config.hashes()).map(a -> a | 1).toArray();
    this.offsets = random.longs(config.hashes()).toArray();
  }

  /** The signature of a document; a text of less than one shingle is one shingle. */
  public int[] of(byte[] document) {
    int[] least = new int[factors.length];
    Arrays.fill(least, Integer.MAX_VALUE);
    Runs.Visitor visitor = (hash, _, _) -> add(hash, least);
    int units = visit(document, size, visitor);
    if (units < size) {
      if (units == 0 || visit(document, units, visitor) == 0) {
        add(Arrays.hashCode(document), least);
      }
    }
    return least;
  }

  /** Share of equal places. */
  public static double similarity(int[] a, int[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return equal / (double) a.length;
  }

  private int visit(byte[] document, int length, Runs.Visitor visitor) {
    return switch (shingles) {
      case WORDS -> Runs.ofWords(document, length, visitor);
      case BYTES -> Runs.ofBytes(document, length, visitor);
    };
  }

  private void add(long shingle, int[] least) {
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], (int) ((factors[i] * shingle + offsets[i]) >>> 32));
    }
  }
}
