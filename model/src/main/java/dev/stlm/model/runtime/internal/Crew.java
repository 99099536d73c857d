package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.internal.WorkerPool.Job;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who does the work of a pass: the kernels, the workers, and what each worker works in. Work on few
 * rows, or of few multiply-adds, stays on the calling thread. One thread at a time.
 */
final class Crew {
  /** Rows of a task of {@link #rows}. */
  static final int TASK_ROWS = 16;

  /** Rows of a task of a product, at least: what it reads then stays in a second-level cache. */
  private static final int TILE_ROWS = 64;

  /** Tasks of a product for each worker, if there are rows enough: no one waits for long. */
  private static final int TASKS_EACH = 4;

  /** Jobs of fewer multiply-adds end sooner on one thread. */
  private static final long SHARE_FROM = 1 << 18;

  final Kernels kernels;
  private final WorkerPool pool;
  private final Scratch[] scratch;
  private final Job panels = this::panels;

  // what the running product works on
  private @Nullable PackedMatrix matrix;
  private float[] in = {};
  private float[] scales = {};
  private float[] out = {};
  private int inStride;
  private int outStride;
  private int productRows;
  private int tileRows;
  private int tilePanels;

  Crew(Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
    scratch = new Scratch[pool.workers()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch();
    }
  }

  /** Threads that work on a pass. */
  int workers() {
    return scratch.length;
  }

  /** What a worker works in. */
  Scratch scratch(int worker) {
    return scratch[worker];
  }

  /** Runs a job whose task i is for rows {@code [16 i, end(i, rows))}. */
  void rows(int rows, Job job) {
    pool.run((rows + TASK_ROWS - 1) / TASK_ROWS, rows <= 2 * TASK_ROWS, job);
  }

  /** Where the rows of a task end. */
  static int end(int task, int rows) {
    return Math.min(rows, (task + 1) * TASK_ROWS);
  }

  /**
   * Runs a job of any tasks.
   *
   * @param work multiply-adds of all tasks
   */
  void run(int tasks, long work, Job job) {
    pool.run(tasks, work < SHARE_FROM, job);
  }

  /**
   * to = from · Wᵀ, in tasks of some panels of outputs and some rows.
   *
   * @param from inputs that were prepared for this matrix, {@code [rows, fromStride]}
   * @param fromScales the scales that this wrote
   * @param to {@code [rows, padded outputs]}
   */
  void multiply(
      PackedMatrix w, float[] from, int fromStride, float[] fromScales, float[] to, int rows) {
    matrix = w;
    in = from;
    inStride = fromStride;
    scales = fromScales;
    out = to;
    outStride = Kernels.padded(w.outputs);
    productRows = rows;
    // a task decodes its panel, so the fewer the better
    int tasks = TASKS_EACH * scratch.length;
    int wanted = Math.ceilDiv(tasks, w.panels());
    tileRows = Math.max(TILE_ROWS, Math.ceilDiv(Math.ceilDiv(rows, wanted), TASK_ROWS) * TASK_ROWS);
    int rowTiles = Math.ceilDiv(rows, tileRows);
    boolean alone = w.work() * rows < SHARE_FROM || scratch.length == 1;
    tilePanels = alone ? w.panels() : Math.max(1, w.panels() * rowTiles / tasks);
    pool.run(Math.ceilDiv(w.panels(), tilePanels) * rowTiles, alone, panels);
  }

  private void panels(int task, int worker) {
    PackedMatrix w = Objects.requireNonNull(matrix);
    int across = Math.ceilDiv(w.panels(), tilePanels);
    int row = task / across * tileRows;
    int rows = Math.min(tileRows, productRows - row);
    int first = task % across * tilePanels;
    w.multiplyPanels(
        kernels,
        first,
        Math.min(tilePanels, w.panels() - first),
        row,
        rows,
        in,
        inStride,
        scales,
        out,
        outStride,
        scratch[worker]);
  }

  /**
   * One root-mean-square norm (Zhang and Sennrich 2019): to = x / sqrt(mean(x²) + ε) ⊙ gain. Both
   * places may be the same.
   */
  void norm(
      float[] x, int at, float[] gain, double epsilon, float[] to, int toAt, Scratch working) {
    int width = gain.length;
    float squares = kernels.sumOfSquares(x, at, width, working.lanes);
    float scale = (float) (1 / Math.sqrt((double) squares / width + epsilon));
    kernels.scale(x, at, scale, gain, to, toAt);
  }
}
