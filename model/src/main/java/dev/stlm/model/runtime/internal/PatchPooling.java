package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.Pooling;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The vectors of a patch's bytes to one vector of the same width. */
final class PatchPooling {
  private final Pooling pooling;
  private final float @Nullable [] query;
  private final int width;
  private final int stride;
  private final Kernels kernels;

  /**
   * A way to pool.
   *
   * @param query {@code [D]}, for attention
   * @param width D
   */
  PatchPooling(Pooling pooling, float @Nullable [] query, int width, Kernels kernels) {
    this.pooling = pooling;
    this.query = query;
    this.width = width;
    this.stride = Kernels.padded(width);
    this.kernels = kernels;
  }

  /**
   * Pools a patch.
   *
   * @param n its vectors {@code [count, padded D]}, normed
   * @param to {@code [D]}
   */
  void pool(float[] n, int at, int count, float[] to, int toAt, Scratch s) {
    switch (pooling) {
      case LAST -> System.arraycopy(n, at + (count - 1) * stride, to, toAt, width);
      case MAX -> max(n, at, count, to, toAt);
      case MEAN -> {
        float[] weights = s.scores(count);
        Arrays.fill(weights, 0, count, 1f);
        average(weights, count, n, at, count, to, toAt);
      }
      case ATTENTION -> {
        float[] weights = s.scores(count);
        score(n, at, count, weights);
        float sum = kernels.exponentials(weights, 0, count, s.lanes);
        average(weights, sum, n, at, count, to, toAt);
      }
    }
  }

  private void max(float[] n, int at, int count, float[] to, int toAt) {
    System.arraycopy(n, at, to, toAt, width);
    for (int t = 1; t < count; t++) {
      for (int i = 0; i < width; i++) {
        to[toAt + i] = Math.max(to[toAt + i], n[at + t * stride + i]);
      }
    }
  }

  /** to = Σ weight · n / sum. */
  private void average(
      float[] weights, float sum, float[] n, int at, int count, float[] to, int toAt) {
    Arrays.fill(to, toAt, toAt + width, 0f);
    for (int t = 0; t < count; t++) {
      float weight = weights[t];
      for (int i = 0; i < width; i++) {
        to[toAt + i] += weight * n[at + t * stride + i];
      }
    }
    float inverse = 1f / sum;
    for (int i = 0; i < width; i++) {
      to[toAt + i] *= inverse;
    }
  }

  /** weights = n · query / √D. */
  private void score(float[] n, int at, int count, float[] weights) {
    float[] q = Objects.requireNonNull(query);
    float factor = (float) (1 / Math.sqrt(width));
    for (int t = 0; t < count; t++) {
      float sum = 0;
      for (int i = 0; i < width; i++) {
        sum += q[i] * n[at + t * stride + i];
      }
      weights[t] = sum * factor;
    }
  }
}
