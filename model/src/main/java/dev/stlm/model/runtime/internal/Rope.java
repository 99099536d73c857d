package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.RopeFrequencies;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Rotary positions (Su et al. 2021): of the leading channels of a head, element i of the first half
 * turns with element i of the second half by the angle {@code position · frequency(i)} of {@link
 * RopeFrequencies}; channels after them stay.
 *
 * <p>Cosines and sines are made in double precision, for 64 positions when the first of them is
 * used. Thread-safe.
 */
final class Rope {
  private static final int BLOCK = 64;

  private final int half;
  private final int width;
  private final RopeFrequencies frequencies;
  private final AtomicReferenceArray<float[]> blocks; // [position, cosines then sines]

  Rope(AttentionConfig attention, int contextLength) {
    frequencies = RopeFrequencies.of(attention, contextLength);
    half = frequencies.pairs();
    width = attention.headWidth();
    blocks = new AtomicReferenceArray<>((contextLength + BLOCK - 1) / BLOCK);
  }

  /** The table that has a position: a cosine for each pair, then the sines, from {@link #at} on. */
  float[] table(int position) {
    float[] block = blocks.get(position / BLOCK);
    if (block == null) {
      // two threads may both make it: they make the same
      block = make(position / BLOCK * BLOCK);
      blocks.set(position / BLOCK, block);
    }
    return block;
  }

  /** Where a position starts in its table. */
  int at(int position) {
    return position % BLOCK * 2 * half;
  }

  private float[] make(int first) {
    float[] block = new float[BLOCK * 2 * half];
    for (int p = 0; p < BLOCK; p++) {
      for (int i = 0; i < half; i++) {
        double angle = (first + p) * frequencies.frequency(i);
        block[2 * half * p + i] = (float) (Math.cos(angle) * frequencies.factor());
        block[2 * half * p + half + i] = (float) (Math.sin(angle) * frequencies.factor());
      }
    }
    return block;
  }

  /** Rotates one head in place, times a factor. */
  void rotate(Kernels kernels, float[] x, int at, float[] table, int tableAt, float factor) {
    kernels.rotate(x, at, table, tableAt, half, factor);
    for (int i = 2 * half; i < width; i++) {
      x[at + i] *= factor;
    }
  }
}
