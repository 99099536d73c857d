package dev.stlm.training.internal.prepare.sign;

import dev.stlm.training.prepare.DuplicatesConfig;
import java.util.Arrays;

/**
 * Finds documents that are nearly the same as one before: locality-sensitive hashing by bands of
 * MinHash signatures, every candidate checked on the whole signature. Only documents that stay are
 * compared with, so a text that occurs ten thousand times costs ten thousand comparisons.
 *
 * <p>Takes at most 4 · bands · (rows + 3) bytes a document and a few, 720 with the defaults. For
 * one thread.
 */
public final class NearDuplicates {
  private static final int NONE = -1;

  private final DuplicatesConfig config;
  private final int capacity;
  private final int[][] signatures;
  private final int[][] heads;
  private final int[][] next;
  private int kept;

  /**
   * An empty table.
   *
   * @param documents that will be given, at most
   */
  public NearDuplicates(DuplicatesConfig config, int documents) {
    this.config = config;
    this.capacity = Integer.highestOneBit(Math.clamp(2L * documents, 16, 1 << 29));
    this.signatures = new int[documents][];
    this.heads = new int[config.bands()][capacity];
    this.next = new int[config.bands()][documents];
    for (int[] band : heads) {
      Arrays.fill(band, NONE);
    }
  }

  /**
   * Whether a document is nearly the same as one that was given before and stays; if not, it stays.
   *
   * @param signature of {@link MinHash}; kept, not to be changed
   */
  public boolean isDuplicate(int[] signature) {
    for (int band = 0; band < config.bands(); band++) {
      for (int other = heads[band][bucket(signature, band)];
          other != NONE;
          other = next[band][other]) {
        if (equalBand(signature, signatures[other], band)
            && MinHash.similarity(signature, signatures[other]) >= config.threshold()) {
          return true;
        }
      }
    }
    for (int band = 0; band < config.bands(); band++) {
      int bucket = bucket(signature, band);
      next[band][kept] = heads[band][bucket];
      heads[band][bucket] = kept;
    }
    signatures[kept++] = signature;
    return false;
  }

  private int bucket(int[] signature, int band) {
    long hash = band;
    for (int i = band * config.rows(); i < (band + 1) * config.rows(); i++) {
      hash = Mixing.mix(hash + signature[i] + 0x9E3779B97F4A7C15L);
    }
    return (int) hash & capacity - 1;
  }

  private boolean equalBand(int[] a, int[] b, int band) {
    int from = band * config.rows();
    return Arrays.equals(a, from, from + config.rows(), b, from, from + config.rows());
  }
}
