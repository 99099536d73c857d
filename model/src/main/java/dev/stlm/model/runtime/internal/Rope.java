package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.AttentionConfig;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Rotary positions (Su et al. 2021): element i of the first half of a head turns with element i of
 * the second half by the angle {@code position · theta^(−2i / headWidth)}.
 *
 * <p>Cosines and sines are made in double precision, for 64 positions when the first of them is
 * used. Thread-safe.
 */
final class Rope {
  private static final int BLOCK = 64;

  private final int half;
  private final double[] frequencies;
  private final AtomicReferenceArray<float[]> blocks; // [position, cosines then sines]

  Rope(AttentionConfig attention, int contextLength) {
    half = attention.headWidth() / 2;
    frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.pow(attention.ropeTheta(), -2.0 * i / attention.headWidth());
    }
    blocks = new AtomicReferenceArray<>((contextLength + BLOCK - 1) / BLOCK);
  }

  /** The table that has a position: h/2 cosines, then h/2 sines, from {@link #at} on. */
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
        double angle = (first + p) * frequencies[i];
        block[2 * half * p + i] = (float) Math.cos(angle);
        block[2 * half * p + half + i] = (float) Math.sin(angle);
      }
    }
    return block;
  }

  /** Rotates one head in place, times a factor. */
  void rotate(float[] x, int at, float[] table, int tableAt, float factor) {
    for (int i = 0; i < half; i++) {
      float u = x[at + i];
      float v = x[at + half + i];
      float cos = table[tableAt + i];
      float sin = table[tableAt + half + i];
      x[at + i] = (u * cos - v * sin) * factor;
      x[at + half + i] = (v * cos + u * sin) * factor;
    }
  }
}
