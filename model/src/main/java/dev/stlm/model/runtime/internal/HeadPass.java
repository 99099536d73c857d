package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.runtime.internal.WorkerPool.Job;

/**
 * Vectors to logits: last norm, head, soft cap; or the last norm alone. Allocates nothing once it
 * has grown.
 */
final class HeadPass {
  private final HeadWeights weights;
  private final double epsilon;
  private final int vocabulary;
  private final int vocabularyStride;
  private final int stride;
  private final float cap; // 0: none
  private final Crew crew;

  private boolean normOnly;
  private int capacity;
  private float[] n = {}; // [M, D]
  private float[] scales = {}; // [M, blocks]
  private float[] logits = {}; // [M, V]

  // what the running job works on
  private float[] x = {};
  private int[] from = {};
  private int first;
  private int rows;

  private final Job norm = this::norm;

  HeadPass(HeadWeights weights, ModelConfig config, Crew crew) {
    this.weights = weights;
    this.crew = crew;
    epsilon = config.normEpsilon();
    vocabulary = config.vocabularySize();
    vocabularyStride = Kernels.padded(vocabulary);
    stride = Kernels.padded(config.width());
    cap = config.logitSoftCap().orElse(0.0).floatValue();
  }

  /** Whether later runs end after the norm, for {@link #copyVector}. */
  void normOnly(boolean only) {
    normOnly = only;
  }

  /**
   * Computes the logits of some vectors.
   *
   * @param vectors {@code [., padded D]}
   * @param index which of them are wanted
   * @param start the first of these indices
   * @param count how many of them
   */
  void run(float[] vectors, int[] index, int start, int count) {
    x = vectors;
    from = index;
    first = start;
    rows = count;
    if (rows > capacity) {
      capacity = rows;
      n = new float[capacity * stride];
      scales = new float[capacity * weights.matrix().scalesPerRow()];
      logits = new float[capacity * vocabularyStride];
    }
    crew.rows(rows, norm);
    if (normOnly) {
      return;
    }
    crew.multiply(weights.matrix(), n, stride, scales, logits, rows);
  }

  private void norm(int task, int worker) {
    PackedMatrix next = weights.matrix();
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows); m++) {
      int at = from[first + m] * stride;
      crew.norm(x, at, weights.norm(), epsilon, n, m * stride, crew.scratch(worker));
      if (!normOnly) {
        next.prepare(crew.kernels, n, m * stride, scales, m * next.scalesPerRow());
      }
    }
  }

  /** Copies one vector after the norm, counted from the first of the last run. */
  void copyVector(int row, float[] to) {
    System.arraycopy(n, row * stride, to, 0, to.length);
  }

  /** Copies the logits of one vector, counted from the first of the last run. */
  void copyLogits(int row, float[] to) {
    int at = row * vocabularyStride;
    if (cap == 0) {
      System.arraycopy(logits, at, to, 0, vocabulary);
      return;
    }
    for (int i = 0; i < vocabulary; i++) {
      float u = logits[at + i] / cap;
      float tanh = 1f - 2f / (1f + Exp.of(2f * Math.abs(u)));
      to[i] = cap * Math.copySign(tanh, u);
    }
  }
}
