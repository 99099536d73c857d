package dev.stlm.serving.engine;

import dev.stlm.model.Session;

/**
 * A text that is being embedded, chunk by chunk. The vectors of its ids add up in order and in
 * 64-bit floats, so the result does not depend on chunks or on what else is read.
 */
final class EmbeddingReading {
  private final Embedding embedding;
  private final Session session;
  private final double[] sum; // [width]
  private int read;

  EmbeddingReading(Embedding embedding, Session session, int width) {
    this.embedding = embedding;
    this.session = session;
    this.sum = new double[width];
  }

  Embedding embedding() {
    return embedding;
  }

  Session session() {
    return session;
  }

  /** Ids that are still to be read. */
  int left() {
    return embedding.text().length() - read;
  }

  /** The next ids; moves past them. */
  int[] next(int count) {
    read += count;
    return embedding.text().ids(read - count, read);
  }

  void add(float[] vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += vector[i];
    }
  }

  /** The mean of all vectors, scaled to length 1; zeros if it is zero. */
  float[] result() {
    double squares = 0;
    for (double x : sum) {
      squares += x * x;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] unit = new float[sum.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (sum[i] * scale);
    }
    return unit;
  }
}
