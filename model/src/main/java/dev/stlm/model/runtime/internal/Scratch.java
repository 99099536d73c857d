package dev.stlm.model.runtime.internal;

/** What one worker needs to work in; arrays grow to what is asked for. */
final class Scratch {
  /** Partial sums. */
  final float[] lanes = new float[Kernels.LANES];

  /** Sums of exponentials, one a position of a tile. */
  final float[] sums = new float[Attention.TILE];

  private float[] row = {};
  private byte[] bytes = {};
  private float[] scales = {};
  private float[] product = {};
  private short[] shorts = {};
  private float[] head = {};
  private float[] scores = {};
  private float[] vectors = {};

  /** A row of a table; the array is longer than the row. */
  float[] row(TensorRows table, int r, int width) {
    if (row.length < width) {
      row = new float[width];
      bytes = new byte[width];
      scales = new float[width];
    }
    table.read(r, row, bytes, shorts(width), scales);
    return row;
  }

  /** Room for 16-bit numbers that a product, or the reading of a row, works on. */
  short[] shorts(int size) {
    if (shorts.length < size) {
      shorts = new short[size];
    }
    return shorts;
  }

  /** Room for the floats that a product works on. */
  float[] product(int size) {
    if (product.length < size) {
      product = new float[size];
    }
    return product;
  }

  /** Attention outputs of one head for some positions. */
  float[] head(int size) {
    if (head.length < size) {
      head = new float[size];
    }
    return head;
  }

  /** Room for attention scores; grows ahead of need. */
  float[] scores(int size) {
    if (scores.length < size) {
      scores = new float[Math.max(size, 2 * scores.length)];
    }
    return scores;
  }

  /** Room for the vectors of a patch; grows ahead of need. */
  float[] vectors(int size) {
    if (vectors.length < size) {
      vectors = new float[Math.max(size, 2 * vectors.length)];
    }
    return vectors;
  }
}
