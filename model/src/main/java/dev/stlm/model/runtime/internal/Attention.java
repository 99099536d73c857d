package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.KvCache.BLOCK;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.runtime.internal.FlatWeights.Layer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Causal grouped-query attention over the cache: query head i reads key-value head i · K / H.
 *
 * <p>A task is one head for a tile: up to {@link #TILE} consecutive positions of one session.
 */
final class Attention {
  /** Most positions of a tile. */
  static final int TILE = 16;

  private final int heads;
  private final int kvHeads;
  private final int width;
  private final int paddedWidth;
  private final float factor;
  private final float epsilon;
  private final Rope rope;
  private final Kernels kernels;
  private int tiles;
  private long work;
  private int[] tileStart = new int[1];
  private int[] tileRows = new int[1];

  Attention(FlatConfig config, Rope rope, Kernels kernels) {
    this.heads = config.attention().heads();
    this.kvHeads = config.attention().kvHeads();
    this.width = config.attention().headWidth();
    this.paddedWidth = Kernels.padded(width);
    this.factor = (float) (1 / Math.sqrt(width));
    this.epsilon = (float) config.normEpsilon();
    this.rope = rope;
    this.kernels = kernels;
  }

  /** Cuts a batch into tiles. */
  void plan(Batch batch) {
    if (tileStart.length < batch.rows) {
      tileStart = new int[batch.rows];
      tileRows = new int[batch.rows];
    }
    tiles = 0;
    work = 0;
    for (int m = 0; m < batch.rows; m++) {
      boolean starts = m == 0 || batch.sessions[m] != batch.sessions[m - 1];
      if (starts || tileRows[tiles - 1] == TILE) {
        tileStart[tiles] = m;
        tileRows[tiles++] = 0;
      }
      tileRows[tiles - 1]++;
      work += 2L * heads * width * (batch.positions[m] + 1);
    }
  }

  int tasks() {
    return tiles * heads;
  }

  /** Multiply-adds of one layer. */
  long work() {
    return work;
  }

  /**
   * Norms (with query-key norm) and turns the queries and keys of one position; queries, scaled by
   * 1/√h, stay in place, keys and values go to the cache.
   */
  void split(
      Layer layer, int layerIndex, float[] qkv, int at, KvCache cache, int position, Scratch s) {
    float[] table = rope.table(position);
    int tableAt = rope.at(position);
    for (int i = 0; i < heads; i++) {
      int q = at + i * width;
      norm(qkv, q, layer.queryNorm(), s);
      rope.rotate(qkv, q, table, tableAt, factor);
    }
    float[] keys = cache.keys(layerIndex, position / BLOCK);
    float[] values = cache.values(layerIndex, position / BLOCK);
    int slot = position % BLOCK;
    for (int i = 0; i < kvHeads; i++) {
      int k = at + (heads + i) * width;
      norm(qkv, k, layer.keyNorm(), s);
      rope.rotate(qkv, k, table, tableAt, 1f);
      for (int j = 0; j < width; j++) {
        keys[(i * width + j) * BLOCK + slot] = qkv[k + j];
      }
      int value = at + (heads + kvHeads + i) * width;
      System.arraycopy(qkv, value, values, (i * BLOCK + slot) * paddedWidth, width);
    }
  }

  private void norm(float[] x, int at, float @Nullable [] gain, Scratch s) {
    if (gain == null) {
      return;
    }
    float squares = kernels.sumOfSquares(x, at, width, s.lanes);
    float scale = (float) (1 / Math.sqrt((double) squares / width + epsilon));
    for (int i = 0; i < width; i++) {
      x[at + i] = x[at + i] * scale * gain[i];
    }
  }

  /** out[m] = softmax(q[m] Kᵀ) V for one task. */
  void attend(
      Batch batch,
      int task,
      int layer,
      float[] q,
      int qStride,
      float[] out,
      int outStride,
      Scratch s) {
    int tile = task / heads;
    int head = task % heads;
    int kvHead = head * kvHeads / heads;
    int first = tileStart[tile];
    int count = tileRows[tile];
    KvCache cache = batch.sessions[first].cache();
    int from = batch.positions[first];
    int length = from + count; // keys that the last position of the tile sees
    int blocks = (length + BLOCK - 1) / BLOCK;
    int stride = blocks * BLOCK;
    float[] scores = s.scores(count * stride); // [count, stride]
    for (int b = 0; b < blocks; b++) {
      kernels.multiply(
          count,
          BLOCK,
          width,
          q,
          first * qStride + head * width,
          qStride,
          cache.keys(layer, b),
          kvHead * width * BLOCK,
          BLOCK,
          scores,
          b * BLOCK,
          stride,
          false);
    }
    float[] sums = s.sums;
    for (int i = 0; i < count; i++) {
      int seen = from + i + 1;
      sums[i] = kernels.exponentials(scores, i * stride, seen, s.lanes);
      Arrays.fill(scores, i * stride + seen, i * stride + length, 0f);
    }
    for (int b = 0; b < blocks; b++) {
      kernels.multiply(
          count,
          paddedWidth,
          Math.min(BLOCK, length - b * BLOCK),
          scores,
          b * BLOCK,
          stride,
          cache.values(layer, b),
          kvHead * BLOCK * paddedWidth,
          paddedWidth,
          s.head,
          0,
          paddedWidth,
          b > 0);
    }
    for (int i = 0; i < count; i++) {
      float inverse = 1f / sums[i];
      int to = (first + i) * outStride + head * width;
      for (int j = 0; j < width; j++) {
        out[to + j] = s.head[i * paddedWidth + j] * inverse;
      }
    }
  }
}
