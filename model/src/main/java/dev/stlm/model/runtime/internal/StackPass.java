package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.StackConfig;
import dev.stlm.model.runtime.internal.StackWeights.Delta;
import dev.stlm.model.runtime.internal.StackWeights.Layer;
import dev.stlm.model.runtime.internal.WorkerPool.Job;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stack of blocks over some rows, with the memory that it works in.
 *
 * <p>Letters: M rows, D width of the residual stream, H query heads and K key-value heads of width
 * h, F hidden channels, R rank of the low-rank deltas. Every buffer is row-major, its rows padded
 * to a multiple of 16. Once its buffers have grown to the rows it allocates nothing.
 *
 * <p>Use: {@link #clear()}, add rows, {@link #reserve()}, fill {@link #x}, {@link #run()}.
 */
final class StackPass {
  /** The rows of the next run. */
  final Rows rows = new Rows();

  /** Padded D: the distance of rows in {@link #x}. */
  final int stride;

  /** The residual stream {@code [M, D]}: what goes in, and after a run what comes out. */
  float[] x = {};

  private final StackConfig config;
  private final Layer[] layers;
  private final double epsilon;
  private final Crew crew;
  private final Attention attention;
  private final int window;
  private final int firstPlane;
  private final @Nullable KvCache own;
  private final boolean mixes;
  private final int qkvStride;
  private final int headsStride;
  private final int hStride;
  private final int zStride;
  private final int rankStride;
  private final int mostScales;

  private int capacity;
  private float[] delta = {}; // [M, D] what a block adds to x
  private float[] n = {}; // [M, D] normed
  private float[] qkv = {}; // [M, (H + 2K) h]
  private float[] firstValues = {}; // [M, K h] of the first layer, with value residual
  private float[] heads = {}; // [M, H h]
  private float[] h = {}; // [M, 2F or F]
  private float[] z = {}; // [M, F]
  private float[] scales = {}; // [M, blocks] of quantised inputs
  private float[] lowIn = {}; // [M, D or F] input of a delta
  private float[] low = {}; // [M, R]
  private float[] lowOut = {}; // [M, 2F or F or D] output of a delta
  private float[] lowScales = {}; // [M, blocks]

  // what the running job works on
  private @Nullable Layer layer;
  private int plane;

  private final Job attentionNorm = this::attentionNorm;
  private final Job splitHeads = this::splitHeads;
  private final Job attend = this::attend;
  private final Job prepareHeads = this::prepareHeads;
  private final Job ffnNorm = this::ffnNorm;
  private final Job prepareInputDelta = this::prepareInputDelta;
  private final Job activate = this::activate;
  private final Job prepareOutputDelta = this::prepareOutputDelta;
  private final Job addFfn = this::addFfn;

  /**
   * A stack whose rows see rows of earlier runs.
   *
   * @param firstPlane the plane of the first keys in the caches of its rows
   */
  StackPass(
      StackConfig config,
      StackWeights weights,
      int firstPlane,
      Rope rope,
      double epsilon,
      Crew crew) {
    this(config, weights, firstPlane, null, rope, epsilon, crew);
  }

  /** A stack whose rows see rows of the same run alone; see {@link #addSegment}. */
  StackPass(StackConfig config, StackWeights weights, Rope rope, double epsilon, Crew crew) {
    this(config, weights, 0, oneBlock(config), rope, epsilon, crew);
  }

  private StackPass(
      StackConfig config,
      StackWeights weights,
      int firstPlane,
      @Nullable KvCache own,
      Rope rope,
      double epsilon,
      Crew crew) {
    this.config = config;
    this.layers = weights.layers();
    this.epsilon = epsilon;
    this.crew = crew;
    this.firstPlane = firstPlane;
    this.own = own;
    attention = new Attention(config.attention(), epsilon, rope, crew);
    window = config.attention().window().orElse(Integer.MAX_VALUE);
    mixes = config.attention().mixesValues() && layers.length > 1;
    stride = Kernels.padded(config.width());
    qkvStride = Kernels.padded(config.attention().qkvRows());
    headsStride = Kernels.padded(config.attention().heads() * config.attention().headWidth());
    hStride = Kernels.padded(config.ffn().inputRows());
    zStride = Kernels.padded(config.ffn().width());
    rankStride = Kernels.padded(config.shares().ffnDeltaRank());
    mostScales = mostScales(layers);
  }

  private static KvCache oneBlock(StackConfig config) {
    KvCache.Layout layout = new KvCache.Layout();
    layout.addAttention(config);
    return new KvCache(new KvCache.Pool(layout));
  }

  private static int mostScales(Layer[] layers) {
    int most = 0;
    for (Layer l : layers) {
      most = Math.max(most, l.qkv().scalesPerRow());
      most = Math.max(most, l.attentionOutput().scalesPerRow());
      most = Math.max(most, l.ffnInput().scalesPerRow());
      most = Math.max(most, l.ffnOutput().scalesPerRow());
      most = Math.max(most, mostScales(l.ffnInputDelta()));
      most = Math.max(most, mostScales(l.ffnOutputDelta()));
    }
    return most;
  }

  private static int mostScales(@Nullable Delta d) {
    return d == null ? 0 : Math.max(d.down().scalesPerRow(), d.up().scalesPerRow());
  }

  /** Forgets the rows of the last run. */
  void clear() {
    rows.clear();
  }

  /** Adds a row for the next position of a sequence. */
  void addCausal(KvCache cache, int position) {
    rows.addCausal(cache, position, window);
  }

  /** Adds rows that see each other, all of them, and nothing else. */
  void addSegment(int firstPosition, int length) {
    KvCache cache = Objects.requireNonNull(own);
    int from = rows.count;
    for (int i = 0; i < length; i++) {
      rows.add(cache, from + i, firstPosition + i, from, from + length);
    }
  }

  /** Makes room for the rows that were added; {@link #x} is empty after. */
  void reserve() {
    if (rows.count <= capacity) {
      return;
    }
    capacity = rows.count;
    x = new float[capacity * stride];
    if (layers.length == 0) {
      return;
    }
    delta = new float[capacity * stride];
    n = new float[capacity * stride];
    qkv = new float[capacity * qkvStride];
    firstValues =
        new float
            [mixes ? capacity * config.attention().kvHeads() * config.attention().headWidth() : 0];
    heads = new float[capacity * headsStride];
    h = new float[capacity * hStride];
    z = new float[capacity * zStride];
    scales = new float[capacity * mostScales];
    if (rankStride > 0) {
      lowIn = new float[capacity * Math.max(stride, zStride)];
      low = new float[capacity * rankStride];
      lowOut = new float[capacity * Math.max(stride, hStride)];
      lowScales = new float[capacity * mostScales];
    }
  }

  /** Runs the blocks: keys and values go to the caches. */
  void run() {
    if (layers.length == 0 || rows.count == 0) {
      return;
    }
    if (own != null) {
      own.prepare(0, rows.count);
    }
    attention.plan(rows);
    for (int depth = 0; depth < config.depth(); depth++) {
      Layer l = layers[depth % layers.length];
      layer = l;
      plane = own == null ? firstPlane + 2 * depth : 0;
      crew.rows(rows.count, attentionNorm); // n = norm(x)
      crew.multiply(l.qkv(), n, stride, scales, qkv, rows.count); // q, k, v = n Wqkvᵀ
      crew.rows(rows.count, splitHeads); // norm and turn q and k; k and v to the cache
      crew.run(attention.tasks(), attention.work(), attend);
      crew.rows(rows.count, prepareHeads);
      crew.multiply(l.attentionOutput(), heads, headsStride, scales, delta, rows.count);
      crew.rows(rows.count, ffnNorm); // x += delta; n = norm(x)
      crew.multiply(l.ffnInput(), n, stride, scales, h, rows.count);
      project(l.ffnInputDelta(), stride, prepareInputDelta);
      crew.rows(rows.count, activate); // z = silu(gate) ⊙ up, or max(0, h)²
      crew.multiply(l.ffnOutput(), z, zStride, scales, delta, rows.count);
      project(l.ffnOutputDelta(), zStride, prepareOutputDelta);
      crew.rows(rows.count, addFfn); // x += delta
    }
  }

  /** lowOut = up · down · lowIn. */
  private void project(@Nullable Delta d, int inStride, Job prepareLow) {
    if (d != null) {
      crew.multiply(d.down(), lowIn, inStride, lowScales, low, rows.count);
      crew.rows(rows.count, prepareLow);
      crew.multiply(d.up(), low, rankStride, lowScales, lowOut, rows.count);
    }
  }

  private void attentionNorm(int task, int worker) {
    Layer l = Objects.requireNonNull(layer);
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows.count); m++) {
      crew.norm(x, m * stride, l.attentionNorm(), epsilon, n, m * stride, crew.scratch(worker));
    }
    prepare(l.qkv(), n, stride, scales, task);
  }

  private void splitHeads(int task, int worker) {
    Layer l = Objects.requireNonNull(layer);
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows.count); m++) {
      attention.split(
          l, plane, qkv, m * qkvStride, rows, m, mixes, firstValues, crew.scratch(worker));
    }
  }

  private void attend(int task, int worker) {
    attention.attend(rows, task, plane, qkv, qkvStride, heads, headsStride, crew.scratch(worker));
  }

  private void prepareHeads(int task, int worker) {
    prepare(Objects.requireNonNull(layer).attentionOutput(), heads, headsStride, scales, task);
  }

  private void ffnNorm(int task, int worker) {
    Layer l = Objects.requireNonNull(layer);
    Delta d = l.ffnInputDelta();
    int end = Crew.end(task, rows.count);
    int from = task * Crew.TASK_ROWS * stride;
    crew.kernels.add(delta, from, x, from, end * stride - from);
    for (int m = task * Crew.TASK_ROWS; m < end; m++) {
      crew.norm(x, m * stride, l.ffnNorm(), epsilon, n, m * stride, crew.scratch(worker));
    }
    prepareLowIn(d, n, stride, task);
    prepare(l.ffnInput(), n, stride, scales, task);
  }

  private void activate(int task, int worker) {
    Layer l = Objects.requireNonNull(layer);
    int f = config.ffn().width();
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows.count); m++) {
      int at = m * hStride;
      if (l.ffnInputDelta() != null) {
        crew.kernels.add(lowOut, at, h, at, config.ffn().inputRows());
      }
      switch (config.ffn().activation()) {
        case SWIGLU -> crew.kernels.swiglu(h, at, at + f, z, m * zStride, f);
        case RELU2 -> crew.kernels.relu2(h, at, z, m * zStride, f);
        case GELU -> crew.kernels.gelu(h, at, z, m * zStride, f);
      }
    }
    prepareLowIn(l.ffnOutputDelta(), z, zStride, task);
    prepare(l.ffnOutput(), z, zStride, scales, task);
  }

  private void addFfn(int task, int worker) {
    boolean low = Objects.requireNonNull(layer).ffnOutputDelta() != null;
    int from = task * Crew.TASK_ROWS * stride;
    int count = Crew.end(task, rows.count) * stride - from;
    if (low) {
      crew.kernels.add(lowOut, from, delta, from, count);
    }
    crew.kernels.add(delta, from, x, from, count);
  }

  /** The input of a delta is that of its matrix, before this is made ready for another one. */
  private void prepareLowIn(@Nullable Delta d, float[] from, int fromStride, int task) {
    if (d != null) {
      int at = task * Crew.TASK_ROWS * fromStride;
      System.arraycopy(from, at, lowIn, at, Crew.end(task, rows.count) * fromStride - at);
      prepare(d.down(), lowIn, fromStride, lowScales, task);
    }
  }

  private void prepareInputDelta(int task, int worker) {
    prepareLow(Objects.requireNonNull(Objects.requireNonNull(layer).ffnInputDelta()), task);
  }

  private void prepareOutputDelta(int task, int worker) {
    prepareLow(Objects.requireNonNull(Objects.requireNonNull(layer).ffnOutputDelta()), task);
  }

  private void prepareLow(Delta d, int task) {
    prepare(d.up(), low, rankStride, lowScales, task);
  }

  private void prepare(PackedMatrix w, float[] in, int inStride, float[] inScales, int task) {
    int first = task * Crew.TASK_ROWS;
    int count = Crew.end(task, rows.count) - first;
    w.prepareRows(crew.kernels, first, count, in, inStride, inScales);
  }
}
