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
 * <p>A task is some key-value heads, all where there are tiles enough for every worker, of a tile:
 * up to {@link #TILE} rows with consecutive slots of one cache. Where a tile is one row, as in
 * decoding, the query heads of a key-value head are multiplied together, so that each key and value
 * is read once.
 */
final class Attention {
  /** Most rows of a tile, and most queries that are multiplied together. */
  static final int TILE = 16;

  /** Tasks for each worker, at least, if there are heads enough. */
  private static final int TASKS_EACH = 2;

  private final int heads;
  private final int kvHeads;
  private final int width;
  private final int paddedWidth;
  private final float factor;
  private final double epsilon;
  private final Rope rope;
  private final Crew crew;
  private int tiles;
  private int parts;
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
    int wanted = TASKS_EACH * crew.workers();
    parts = crew.workers() == 1 || tiles >= wanted ? 1 : Math.min(kvHeads, wanted);
  }

  int tasks() {
    return tiles * parts;
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
    int tile = task / parts;
    int part = task % parts;
    int group = heads / kvHeads;
    int first = tileStart[tile];
    int count = tileRows[tile];
    int end = (part + 1) * kvHeads / parts;
    if (count == 1) {
      // heads of one row are rows of a product: all of a group, and those of as many groups as fit
      int groups = Math.max(1, TILE / group);
      for (int kvHead = part * kvHeads / parts; kvHead < end; kvHead += groups) {
        int kvCount = Math.min(groups, end - kvHead);
        for (int of = 0; of < group; of += TILE) {
          int head = kvHead * group + of;
          int together = Math.min(TILE, group - of);
          int at = first * qStride + head * width;
          int to = first * outStride + head * width;
          attend(rows, first, 0, together, kvHead, kvCount, plane, q, at, width, out, to, width, s);
        }
      }
    } else {
      for (int head = part * kvHeads / parts * group; head < end * group; head++) {
        int at = first * qStride + head * width;
        int to = first * outStride + head * width;
        attend(
            rows, first, 1, count, head / group, 1, plane, q, at, qStride, out, to, outStride, s);
      }
    }
  }

  /**
   * Some queries of each of some key-value heads, which follow each other.
   *
   * @param step 1 where query i is of row {@code first + i}, 0 where all are of row {@code first}
   * @param each queries of a key-value head
   */
  private void attend(
      Rows rows,
      int first,
      int step,
      int each,
      int kvHead,
      int kvCount,
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
    int count = each * kvCount;
    int low = rows.from[first];
    int end = rows.to[first + step * (count - 1)];
    int lowBlock = low / BLOCK;
    int origin = lowBlock * BLOCK; // the slot of score 0
    int blocks = (end + BLOCK - 1) / BLOCK - lowBlock;
    int stride = blocks * BLOCK;
    float[] scores = s.scores(count * stride); // [count, stride]
    for (int b = 0; b < blocks; b++) {
      kernels.multiplyEach(
          kvCount,
          each,
          BLOCK,
          width,
          q,
          qAt,
          qStride,
          each * qStride,
          cache.plane(plane, lowBlock + b),
          kvHead * width * BLOCK,
          BLOCK,
          width * BLOCK,
          scores,
          b * BLOCK,
          stride,
          each * stride,
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
      kernels.multiplyEach(
          kvCount,
          each,
          paddedWidth,
          Math.min(BLOCK, end - origin - b * BLOCK) - skipped,
          scores,
          b * BLOCK + skipped,
          stride,
          each * stride,
          cache.plane(plane + 1, lowBlock + b),
          (kvHead * BLOCK + skipped) * paddedWidth,
          paddedWidth,
          BLOCK * paddedWidth,
          sum,
          0,
          paddedWidth,
          each * paddedWidth,
          b > 0);
    }
    for (int i = 0; i < count; i++) {
      float inverse = 1f / sums[i];
      int to = outAt + i * outStride;
      kernels.scale(sum, i * paddedWidth, inverse, out, to, width);
    }
  }
}
