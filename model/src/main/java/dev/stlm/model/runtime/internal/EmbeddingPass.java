package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.NgramHash;
import dev.stlm.model.runtime.internal.EmbeddingWeights.Ngram;
import dev.stlm.model.runtime.internal.WorkerPool.Job;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ids to vectors: their rows of the table, smear, n-grams. Allocates nothing once it has grown. */
final class EmbeddingPass {
  private final EmbeddingWeights weights;
  private final int width;
  private final int stride;
  private final int gramStride;
  private final int mostScales;
  private final Crew crew;

  private int capacity;
  private float[] grams = {}; // [M, n-gram row width]
  private float[] scales = {}; // [M, blocks] of quantised rows
  private float[] delta = {}; // [M, D]

  // what the running job works on
  private CpuSession[] sessions = {};
  private int[] positions = {};
  private int rows;
  private float[] x = {};
  private @Nullable Ngram ngram;

  private final Job embed = this::embed;
  private final Job gatherNgrams = this::gatherNgrams;
  private final Job addDelta = this::addDelta;

  /**
   * The embedding of a model.
   *
   * @param width D
   */
  EmbeddingPass(EmbeddingWeights weights, int width, Crew crew) {
    this.weights = weights;
    this.width = width;
    this.crew = crew;
    stride = Kernels.padded(width);
    int widest = 0;
    int most = 0;
    for (Ngram g : weights.ngrams()) {
      widest = Math.max(widest, g.width());
      most = Math.max(most, g.projection() == null ? 0 : g.projection().scalesPerRow());
    }
    gramStride = Kernels.padded(widest);
    mostScales = most;
  }

  /**
   * Writes the vectors of some ids.
   *
   * @param of the session of each row
   * @param at the position of each row
   * @param to {@code [count, padded D]}
   */
  void run(CpuSession[] of, int[] at, int count, float[] to) {
    sessions = of;
    positions = at;
    rows = count;
    x = to;
    crew.rows(rows, embed);
    for (int i = 0; i < weights.ngrams().size(); i++) {
      Ngram g = weights.ngrams().get(i);
      ngram = g;
      reserve();
      crew.rows(rows, gatherNgrams);
      if (g.projection() != null) {
        crew.multiply(g.projection(), grams, gramStride, scales, delta, rows);
        crew.rows(rows, addDelta);
      }
    }
  }

  private void embed(int task, int worker) {
    Scratch s = crew.scratch(worker);
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows); m++) {
      CpuSession session = sessions[m];
      float[] row = s.row(weights.table(), session.id(positions[m]), width);
      System.arraycopy(row, 0, x, m * stride, width);
      if (weights.smearGate() != null && positions[m] > 0) {
        smear(weights.smearGate(), session.id(positions[m] - 1), m * stride, s);
      }
    }
  }

  /** x += s · σ(gate · x) · (row of the id before). */
  private void smear(float[] gate, int before, int at, Scratch s) {
    float open = 0;
    for (int i = 0; i < gate.length; i++) {
      open += gate[i] * x[at + i];
    }
    float weight = weights.smearScale() / (1f + Exp.of(-open));
    float[] row = s.row(weights.table(), before, width);
    for (int i = 0; i < width; i++) {
      x[at + i] += weight * row[i];
    }
  }

  private void gatherNgrams(int task, int worker) {
    Ngram g = Objects.requireNonNull(ngram);
    Scratch s = crew.scratch(worker);
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, rows); m++) {
      int[] ids = sessions[m].ids();
      float[] row =
          s.row(g.table(), NgramHash.row(ids, positions[m], g.order(), g.rows()), g.width());
      if (g.projection() == null) {
        for (int i = 0; i < g.width(); i++) {
          x[m * stride + i] += row[i];
        }
      } else {
        System.arraycopy(row, 0, grams, m * gramStride, g.width());
        int scalesAt = m * g.projection().scalesPerRow();
        g.projection().prepare(crew.kernels, grams, m * gramStride, scales, scalesAt);
      }
    }
  }

  private void addDelta(int task, int worker) {
    for (int i = task * Crew.TASK_ROWS * stride; i < Crew.end(task, rows) * stride; i++) {
      x[i] += delta[i];
    }
  }

  private void reserve() {
    if (rows > capacity) {
      capacity = rows;
      grams = new float[capacity * gramStride];
      scales = new float[capacity * mostScales];
      delta = new float[capacity * stride];
    }
  }
}
