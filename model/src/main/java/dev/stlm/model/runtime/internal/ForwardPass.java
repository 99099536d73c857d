package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.NgramHash;
import dev.stlm.model.runtime.internal.FlatWeights.Layer;
import dev.stlm.model.runtime.internal.FlatWeights.Ngram;
import dev.stlm.model.runtime.internal.WorkerPool.Job;

/**
 * The flat decoder from ids to logits, with the memory that it works in.
 *
 * <p>Letters: M positions (rows) of the batch, D width of the residual stream, H query heads and K
 * key-value heads of width h, F hidden channels, V ids. Every buffer is row-major, its rows padded
 * to a multiple of 16. One thread at a time; once its buffers have grown to the batch it allocates
 * nothing.
 */
final class ForwardPass {
  /** Most positions that go through the model together. */
  static final int MAX_ROWS = 256;

  /** Most positions whose logits are computed together. */
  static final int MAX_LOGITS = 64;

  private static final int TASK_ROWS = 16;
  private static final int TILE_ROWS = 64;

  /** Jobs of fewer multiply-adds end sooner on one thread. */
  private static final long SHARE_FROM = 1 << 19;

  final Batch batch = new Batch();

  private final FlatConfig config;
  private final FlatWeights weights;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final Attention attention;
  private final Scratch[] scratch;

  private final int d; // padded D
  private final int v; // padded V
  private int capacity;
  private float[] x = {}; // [M, D] residual stream
  private float[] delta = {}; // [M, D] what a block adds to it
  private float[] n = {}; // [M, D] normed
  private float[] qkv = {}; // [M, (H + 2K) h]
  private float[] heads = {}; // [M, H h]
  private float[] h = {}; // [M, 2F or F]
  private float[] z = {}; // [M, F]
  private float[] g = {}; // [M, n-gram row width]
  private float[] scales = {}; // [M, blocks] of quantised inputs
  private float[] logits = {}; // [M, V]

  // what the running job works on
  private Layer layer;
  private int layerIndex;
  private int ngramIndex;
  private PackedMatrix matrix;
  private float[] in = {};
  private float[] out = {};
  private int inStride;
  private int outStride;
  private int rows;
  private int firstWanted;

  private final Job embed = this::embed;
  private final Job gatherNgrams = this::gatherNgrams;
  private final Job addDelta = this::addDelta;
  private final Job attentionNorm = this::attentionNorm;
  private final Job splitHeads = this::splitHeads;
  private final Job attend = this::attend;
  private final Job prepareHeads = this::prepareHeads;
  private final Job ffnNorm = this::ffnNorm;
  private final Job activate = this::activate;
  private final Job headNorm = this::headNorm;
  private final Job panel = this::panel;

  ForwardPass(FlatConfig config, FlatWeights weights, Rope rope, Kernels kernels, WorkerPool pool) {
    this.config = config;
    this.weights = weights;
    this.kernels = kernels;
    this.pool = pool;
    attention = new Attention(config, rope, kernels);
    d = Kernels.padded(config.width());
    v = Kernels.padded(config.vocabularySize());
    layer = weights.layers()[0];
    matrix = weights.head();
    scratch = new Scratch[pool.workers()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch(config, weights);
    }
  }

  /** Runs the batch: keys and values go to the caches, the residual stream stays for logits. */
  void run() {
    rows = batch.rows;
    reserve();
    attention.plan(batch);
    embed();
    for (layerIndex = 0; layerIndex < weights.layers().length; layerIndex++) {
      layer = weights.layers()[layerIndex];
      forRows(attentionNorm); // n = norm(x)
      project(layer.qkv(), n, d, qkv); // q, k, v = n Wqkvᵀ
      forRows(splitHeads); // norm and turn q and k; k and v to the cache
      pool.run(attention.tasks(), attention.work() < SHARE_FROM, attend);
      forRows(prepareHeads);
      project(layer.attentionOutput(), heads, heads.length / capacity, delta);
      forRows(ffnNorm); // x += delta; n = norm(x)
      project(layer.ffnInput(), n, d, h);
      forRows(activate); // z = silu(gate) ⊙ up, or max(0, h)²
      project(layer.ffnOutput(), z, z.length / capacity, delta);
      forRows(addDelta); // x += delta
    }
  }

  /**
   * Computes logits of some of the batch's wanted rows.
   *
   * @param first index into the wanted rows
   * @param count at most {@link #MAX_LOGITS}
   */
  void logits(int first, int count) {
    firstWanted = first;
    rows = count;
    if (logits.length < count * v) {
      logits = new float[count * v];
    }
    forRows(headNorm);
    project(weights.head(), n, d, logits);
  }

  /** Copies one row that {@link #logits(int, int)} computed, counted from its first. */
  void copyLogits(int row, float[] to) {
    System.arraycopy(logits, row * v, to, 0, config.vocabularySize());
  }

  private void embed() {
    forRows(embed);
    for (ngramIndex = 0; ngramIndex < weights.ngrams().size(); ngramIndex++) {
      PackedMatrix projection = weights.ngrams().get(ngramIndex).projection();
      forRows(gatherNgrams);
      if (projection != null) {
        project(projection, g, g.length / capacity, delta);
        forRows(addDelta);
      }
    }
  }

  private void embed(int task, int worker) {
    Scratch s = scratch[worker];
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      int id = batch.sessions[m].id(batch.positions[m]);
      weights.embedding().read(id, s.row, s.bytes, s.scales);
      System.arraycopy(s.row, 0, x, m * d, config.width());
    }
  }

  private void gatherNgrams(int task, int worker) {
    Scratch s = scratch[worker];
    Ngram ngram = weights.ngrams().get(ngramIndex);
    PackedMatrix projection = ngram.projection();
    int stride = g.length / capacity;
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      int[] ids = batch.sessions[m].ids();
      int row = NgramHash.row(ids, batch.positions[m], ngram.order(), ngram.rows());
      ngram.table().read(row, s.row, s.bytes, s.scales);
      if (projection == null) {
        for (int i = 0; i < ngram.width(); i++) {
          x[m * d + i] += s.row[i];
        }
      } else {
        System.arraycopy(s.row, 0, g, m * stride, ngram.width());
        projection.prepare(kernels, g, m * stride, scales, m * projection.scalesPerRow());
      }
    }
  }

  private void addDelta(int task, int worker) {
    for (int i = task * TASK_ROWS * d; i < end(task) * d; i++) {
      x[i] += delta[i];
    }
  }

  private void attentionNorm(int task, int worker) {
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      norm(x, m * d, layer.attentionNorm(), layer.qkv(), m, scratch[worker]);
    }
  }

  private void splitHeads(int task, int worker) {
    int stride = qkv.length / capacity;
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      attention.split(
          layer,
          layerIndex,
          qkv,
          m * stride,
          batch.sessions[m].cache(),
          batch.positions[m],
          scratch[worker]);
    }
  }

  private void attend(int task, int worker) {
    attention.attend(
        batch,
        task,
        layerIndex,
        qkv,
        qkv.length / capacity,
        heads,
        heads.length / capacity,
        scratch[worker]);
  }

  private void prepareHeads(int task, int worker) {
    int stride = heads.length / capacity;
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      PackedMatrix w = layer.attentionOutput();
      w.prepare(kernels, heads, m * stride, scales, m * w.scalesPerRow());
    }
  }

  private void ffnNorm(int task, int worker) {
    addDelta(task, worker);
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      norm(x, m * d, layer.ffnNorm(), layer.ffnInput(), m, scratch[worker]);
    }
  }

  private void activate(int task, int worker) {
    int f = config.ffn().width();
    int hStride = h.length / capacity;
    int zStride = z.length / capacity;
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      int hAt = m * hStride;
      switch (config.ffn().activation()) {
        case SWIGLU -> kernels.swiglu(h, hAt, hAt + f, z, m * zStride, f);
        case RELU2 -> kernels.relu2(h, hAt, z, m * zStride, f);
      }
      PackedMatrix w = layer.ffnOutput();
      w.prepare(kernels, z, m * zStride, scales, m * w.scalesPerRow());
    }
  }

  private void headNorm(int task, int worker) {
    for (int m = task * TASK_ROWS; m < end(task); m++) {
      int from = batch.wanted[firstWanted + m] * d;
      norm(x, from, weights.norm(), weights.head(), m, scratch[worker]);
    }
  }

  /** n[m] = x / sqrt(mean(x²) + ε) ⊙ gain, made ready for the matrix that follows. */
  private void norm(float[] from, int at, float[] gain, PackedMatrix next, int m, Scratch s) {
    int width = config.width();
    float squares = kernels.sumOfSquares(from, at, width, s.lanes);
    float scale = (float) (1 / Math.sqrt((double) squares / width + config.normEpsilon()));
    for (int i = 0; i < width; i++) {
      n[m * d + i] = from[at + i] * scale * gain[i];
    }
    next.prepare(kernels, n, m * d, scales, m * next.scalesPerRow());
  }

  /** to = from · Wᵀ, in tasks of one panel of outputs and some rows. */
  private void project(PackedMatrix w, float[] from, int fromStride, float[] to) {
    matrix = w;
    in = from;
    inStride = fromStride;
    out = to;
    outStride = Kernels.padded(w.outputs);
    int tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    pool.run(w.panels() * tiles, w.work() * rows < SHARE_FROM, panel);
  }

  private void panel(int task, int worker) {
    int row = task / matrix.panels() * TILE_ROWS;
    int count = Math.min(TILE_ROWS, rows - row);
    matrix.multiply(
        kernels,
        task % matrix.panels(),
        row,
        count,
        in,
        inStride,
        scales,
        out,
        outStride,
        scratch[worker].product);
  }

  private void forRows(Job job) {
    pool.run((rows + TASK_ROWS - 1) / TASK_ROWS, rows <= 2 * TASK_ROWS, job);
  }

  private int end(int task) {
    return Math.min(rows, (task + 1) * TASK_ROWS);
  }

  private void reserve() {
    if (rows <= capacity) {
      return;
    }
    capacity = rows;
    x = new float[capacity * d];
    delta = new float[capacity * d];
    n = new float[capacity * d];
    qkv = new float[capacity * Kernels.padded(config.attention().qkvRows())];
    int headWidths = config.attention().heads() * config.attention().headWidth();
    heads = new float[capacity * Kernels.padded(headWidths)];
    h = new float[capacity * Kernels.padded(config.ffn().inputRows())];
    z = new float[capacity * Kernels.padded(config.ffn().width())];
    g = new float[capacity * Kernels.padded(weights.ngramWidth())];
    scales = new float[capacity * weights.mostScales()];
  }
}
