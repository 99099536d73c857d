package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.KvCache.BLOCK;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.runtime.internal.StackWeights.Layer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Grouped-query attention over a cache: query head i reads key-value head i · K / H, and of the
 * slots those that its row sees.
 *
 * <p>A task is one key-value head for a tile: up to {@link #TILE} rows with consecutive slots of
 * one cache. Where a tile is one row, as in decoding, the query heads of the task are multiplied
 * together, so that each key and value is read once.
 */
final class Attention {
  /** Most rows of a tile, and most queries that are multiplied together. */
  static final int TILE = 16;

  private final int heads;
  private final int kvHeads;
  private final int width;
  private final int paddedWidth;
  private final float factor;
  private final double epsilon;
  private final Rope rope;
  private final Crew crew;
  private int tiles;
  private long work;
  private int[] tileStart = new int[1];
  private int[] tileRows = new int[1];

  Attention(AttentionConfig config, double epsilon, Rope rope, Crew crew) {
    this.heads = config.heads();
    this.kvHeads = config.kvHeads();
    this.width = config.headWidth();
    this.paddedWidth = Kernels.padded(width);
    this.factor = (float) (1 / Math.sqrt(width));
    this.epsilon = epsilon;
    this.rope = rope;
    this.crew = crew;
  }

  /** Cuts rows into tiles. */
  void plan(Rows rows) {
    if (tileStart.length < rows.count) {
      tileStart = new int[rows.count];
      tileRows = new int[rows.count];
    }
    tiles = 0;
    work = 0;
    for (int m = 0; m < rows.count; m++) {
      boolean starts =
          m == 0 || rows.caches[m] != rows.caches[m - 1] || rows.slots[m] != rows.slots[m - 1] + 1;
      if (starts || tileRows[tiles - 1] == TILE) {
        tileStart[tiles] = m;
        tileRows[tiles++] = 0;
      }
      tileRows[tiles - 1]++;
      work += 2L * heads * width * (rows.to[m] - rows.from[m]);
    }
  }

  int tasks() {
    return tiles * kvHeads;
  }

  /** Multiply-adds of one layer. */
  long work() {
    return work;
  }

  /**
   * Norms (with query-key norm) and turns the queries and keys of one row; queries, scaled by 1/√h,
   * stay in place, keys and values go to the cache.
   *
   * @param plane of the keys
   * @param first values of the first layer {@code [., K h]}; those of this row are written where
   *     {@code mixes} and the layer mixes nothing, and read where it does
   */
  void split(
      Layer layer,
      int plane,
      float[] qkv,
      int at,
      Rows rows,
      int m,
      boolean mixes,
      float[] first,
      Scratch s) {
    int position = rows.positions[m];
    float[] table = rope.table(position);
    int tableAt = rope.at(position);
    for (int i = 0; i < heads; i++) {
      int q = at + i * width;
      norm(qkv, q, layer.queryNorm(), s);
      rope.rotate(crew.kernels, qkv, q, table, tableAt, factor);
    }
    if (mixes) {
      mix(layer.valueMix(), qkv, at + (heads + kvHeads) * width, first, m * kvHeads * width);
    }
    KvCache cache = rows.caches[m];
    int slot = rows.slots[m] % BLOCK;
    float[] keys = cache.plane(plane, rows.slots[m] / BLOCK);
    float[] values = cache.plane(plane + 1, rows.slots[m] / BLOCK);
    for (int i = 0; i < kvHeads; i++) {
      int k = at + (heads + i) * width;
      norm(qkv, k, layer.keyNorm(), s);
      rope.rotate(crew.kernels, qkv, k, table, tableAt, 1f);
      for (int j = 0; j < width; j++) {
        keys[(i * width + j) * BLOCK + slot] = qkv[k + j];
      }
      int value = at + (heads + kvHeads + i) * width;
      System.arraycopy(qkv, value, values, (i * BLOCK + slot) * paddedWidth, width);
    }
  }

  /** Value residual (Zhou et al. 2024, arXiv 2410.17897). */
  private void mix(float @Nullable [] mix, float[] v, int at, float[] first, int firstAt) {
    if (mix == null) {
      System.arraycopy(v, at, first, firstAt, kvHeads * width);
      return;
    }
    for (int i = 0; i < kvHeads * width; i++) {
      v[at + i] = mix[0] * v[at + i] + mix[1] * first[firstAt + i];
    }
  }

  private void norm(float[] x, int at, float @Nullable [] gain, Scratch s) {
    if (gain != null) {
      crew.norm(x, at, gain, epsilon, x, at, s);
    }
  }

  /**
   * out[m] = softmax(q[m] Kᵀ) V for one task. Sums over slots start at the first that a row sees,
   * and what it does not see adds zeros: the rows beside it do not change a bit.
   *
   * @param plane of the keys
   */
  void attend(
      Rows rows,
      int task,
      int plane,
      float[] q,
      int qStride,
      float[] out,
      int outStride,
      Scratch s) {
    int tile = task / kvHeads;
    int kvHead = task % kvHeads;
    int group = heads / kvHeads;
    int first = tileStart[tile];
    int count = tileRows[tile];
    int head = kvHead * group;
    int end = head + group;
    while (head < end) {
      int at = first * qStride + head * width;
      int to = first * outStride + head * width;
      if (count == 1) {
        int together = Math.min(TILE, end - head);
        attend(rows, first, 0, together, kvHead, plane, q, at, width, out, to, width, s);
        head += together;
      } else {
        attend(rows, first, 1, count, kvHead, plane, q, at, qStride, out, to, outStride, s);
        head++;
      }
    }
  }

  /**
   * Some queries of one key-value head.
   *
   * @param step 1 where query i is of row {@code first + i}, 0 where all are of row {@code first}
   */
  private void attend(
      Rows rows,
      int first,
      int step,
      int count,
      int kvHead,
      int plane,
      float[] q,
      int qAt,
      int qStride,
      float[] out,
      int outAt,
      int outStride,
      Scratch s) {
    Kernels kernels = crew.kernels;
    KvCache cache = rows.caches[first];
    int low = rows.from[first];
    int end = rows.to[first + step * (count - 1)];
    int lowBlock = low / BLOCK;
    int origin = lowBlock * BLOCK; // the slot of score 0
    int blocks = (end + BLOCK - 1) / BLOCK - lowBlock;
    int stride = blocks * BLOCK;
    float[] scores = s.scores(count * stride); // [count, stride]
    for (int b = 0; b < blocks; b++) {
      kernels.multiply(
          count,
          BLOCK,
          width,
          q,
          qAt,
          qStride,
          cache.plane(plane, lowBlock + b),
          kvHead * width * BLOCK,
          BLOCK,
          scores,
          b * BLOCK,
          stride,
          false);
    }
    float[] sums = s.sums;
    for (int i = 0; i < count; i++) {
      int from = i * stride + rows.from[first + step * i] - origin;
      int to = i * stride + rows.to[first + step * i] - origin;
      sums[i] = kernels.exponentials(scores, from, to - from, s.lanes);
      Arrays.fill(scores, i * stride + low - origin, from, 0f);
      Arrays.fill(scores, to, i * stride + end - origin, 0f);
    }
    float[] sum = s.head(TILE * paddedWidth);
    for (int b = 0; b < blocks; b++) {
      int skipped = b == 0 ? low - origin : 0;
      kernels.multiply(
          count,
          paddedWidth,
          Math.min(BLOCK, end - origin - b * BLOCK) - skipped,
          scores,
          b * BLOCK + skipped,
          stride,
          cache.plane(plane + 1, lowBlock + b),
          (kvHead * BLOCK + skipped) * paddedWidth,
          paddedWidth,
          sum,
          0,
          paddedWidth,
          b > 0);
    }
    for (int i = 0; i < count; i++) {
      float inverse = 1f / sums[i];
      int to = outAt + i * outStride;
      kernels.scale(sum, i * paddedWidth, inverse, out, to, width);
    }
  }
}
