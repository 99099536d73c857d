package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.internal.WorkerPool.Job;

/**
 * The first part of a pooled model: local layers over bytes, and one vector a finished patch.
 *
 * <p>A causal encoder runs over the rows of the batch and keeps what it says of each, normed, until
 * the patch is finished. One whose bytes see their whole patch runs over the bytes of the patches
 * that are finished, and keeps nothing.
 */
final class PatchEncoder {
  private final LoadedPooled model;
  private final EmbeddingPass embedding;
  private final StackPass stack;
  private final PatchPooling pooling;
  private final Crew crew;
  private final Batch inPatches = new Batch(); // bytes of patches that are encoded together

  // what the running job works on
  private Batch batch = inPatches;
  private int first;
  private int count;
  private float[] pooled = {};

  private final Job keep = this::keep;
  private final Job norm = this::norm;
  private final Job poolKept = this::poolKept;
  private final Job poolEncoded = this::poolEncoded;
  private int[] starts = new int[1]; // first row of each patch in inPatches

  PatchEncoder(LoadedPooled m, EmbeddingPass embedding, Crew crew) {
    this.model = m;
    this.embedding = embedding;
    this.crew = crew;
    double epsilon = m.config.normEpsilon();
    stack =
        m.causalEncoder
            ? new StackPass(
                m.config.encoder().stack(), m.encoder, m.encoderPlane, m.encoderRope, epsilon, crew)
            : new StackPass(m.config.encoder().stack(), m.encoder, m.encoderRope, epsilon, crew);
    pooling = new PatchPooling(m.config.pooling(), m.poolQuery, m.config.width(), crew.kernels);
  }

  /** Runs a causal encoder over a batch; gives its residual stream {@code [rows, padded D]}. */
  float[] encode(Batch rows) {
    batch = rows;
    stack.clear();
    for (int m = 0; m < rows.rows; m++) {
      stack.addCausal(rows.sessions[m].cache(), rows.positions[m]);
    }
    stack.reserve();
    embedding.run(rows.sessions, rows.positions, rows.rows, stack.x);
    stack.run();
    crew.rows(rows.rows, keep);
    return stack.x;
  }

  private void keep(int task, int worker) {
    int d = stack.stride;
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, batch.rows); m++) {
      int position = batch.positions[m];
      float[] to = batch.sessions[m].cache().plane(model.encodedPlane, position / KvCache.BLOCK);
      crew.norm(
          stack.x,
          m * d,
          model.poolNorm,
          model.config.normEpsilon(),
          to,
          position % KvCache.BLOCK * d,
          crew.scratch(worker));
    }
  }

  /**
   * Pools patches.
   *
   * @param patches row p is patch {@code positions[p]} of a session; all its bytes were encoded, if
   *     the encoder is causal
   * @param to {@code [patches, padded D]}
   */
  void pool(Batch patches, float[] to) {
    batch = patches;
    pooled = to;
    if (model.causalEncoder) {
      crew.rows(patches.rows, poolKept);
      return;
    }
    if (starts.length < patches.rows + 1) {
      starts = new int[2 * patches.rows + 1];
    }
    for (first = 0; first < patches.rows; first += count) {
      fill(patches);
      stack.reserve();
      embedding.run(inPatches.sessions, inPatches.positions, inPatches.rows, stack.x);
      stack.run();
      crew.rows(inPatches.rows, norm);
      crew.rows(count, poolEncoded);
    }
    inPatches.clear();
  }

  /** Takes patches until there are enough bytes to run together. */
  private void fill(Batch patches) {
    stack.clear();
    inPatches.clear();
    count = 0;
    while (first + count < patches.rows && inPatches.rows < ModelPass.MAX_ROWS) {
      CpuSession session = patches.sessions[first + count];
      int patch = patches.positions[first + count];
      int from = session.patches().log.start(patch);
      int to = session.patches().log.end(patch) + 1;
      stack.addSegment(from, to - from);
      starts[count++] = inPatches.rows;
      for (int t = from; t < to; t++) {
        inPatches.add(session, t, false);
      }
    }
    starts[count] = inPatches.rows;
  }

  private void norm(int task, int worker) {
    int d = stack.stride;
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, inPatches.rows); m++) {
      crew.norm(
          stack.x,
          m * d,
          model.poolNorm,
          model.config.normEpsilon(),
          stack.x,
          m * d,
          crew.scratch(worker));
    }
  }

  private void poolEncoded(int task, int worker) {
    int d = stack.stride;
    for (int p = task * Crew.TASK_ROWS; p < Crew.end(task, count); p++) {
      int bytes = starts[p + 1] - starts[p];
      pooling.pool(stack.x, starts[p] * d, bytes, pooled, (first + p) * d, crew.scratch(worker));
    }
  }

  private void poolKept(int task, int worker) {
    int d = stack.stride;
    Scratch s = crew.scratch(worker);
    for (int p = task * Crew.TASK_ROWS; p < Crew.end(task, batch.rows); p++) {
      CpuSession session = batch.sessions[p];
      PatchLog log = session.patches().log;
      int from = log.start(batch.positions[p]);
      int to = log.end(batch.positions[p]) + 1;
      float[] n = s.vectors((to - from) * d);
      for (int t = from; t < to; ) {
        int slot = t % KvCache.BLOCK;
        int inBlock = Math.min(to - t, KvCache.BLOCK - slot);
        float[] kept = session.cache().plane(model.encodedPlane, t / KvCache.BLOCK);
        System.arraycopy(kept, slot * d, n, (t - from) * d, inBlock * d);
        t += inBlock;
      }
      pooling.pool(n, 0, to - from, pooled, p * d, s);
    }
  }
}
