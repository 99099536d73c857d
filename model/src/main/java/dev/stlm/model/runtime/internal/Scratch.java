package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.FlatConfig;

/** What one worker needs to work in. */
final class Scratch {
  /** Partial sums. */
  final float[] lanes = new float[Kernels.LANES];

  /** A row of a table. */
  final float[] row;

  /** A quantised row of a table. */
  final byte[] bytes;

  /** The scales of a quantised row. */
  final float[] scales;

  /** See {@link PackedMatrix#scratchSize()}. */
  final float[] product;

  /** Attention outputs of one head for some positions. */
  final float[] head;

  /** Sums of exponentials, one a position of a tile. */
  final float[] sums = new float[Attention.TILE];

  private float[] scores = {};

  Scratch(FlatConfig config, FlatWeights weights) {
    int widest = Math.max(config.width(), weights.ngramWidth());
    row = new float[widest];
    bytes = new byte[widest];
    scales = new float[widest];
    product = new float[weights.mostScratch()];
    head = new float[Attention.TILE * Kernels.padded(config.attention().headWidth())];
  }

  /** Room for attention scores; grows ahead of need. */
  float[] scores(int size) {
    if (scores.length < size) {
      scores = new float[Math.max(size, 2 * scores.length)];
    }
    return scores;
  }
}
