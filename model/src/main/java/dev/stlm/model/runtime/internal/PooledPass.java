package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.internal.WorkerPool.Job;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pooled byte model, stage by stage over the rows of a batch: local layers over its bytes, the
 * patches that end among them to one vector each, global layers over these, local layers over the
 * bytes again. No row waits for another one, so a prompt, a byte and a batch of sessions are the
 * same work.
 *
 * <p>Letters: M bytes of the batch, P patches that end among them, D local and G global width.
 */
final class PooledPass extends ModelPass {
  private final LoadedPooled model;
  private final Crew crew;
  private final PatchEncoder encoder;
  private final StackPass global;
  private final @Nullable StackPass decoder; // of an autoregressive one
  private final @Nullable SlotDecoder slots; // of a parallel one
  private final Batch ended = new Batch(); // row p: patch positions[p] of a session
  private final int d; // padded D
  private final int g; // padded G

  private int capacity;
  private float[] pooled = {}; // [P, D]
  private float[] y = {}; // [P, G] normed
  private float[] unpooled = {}; // [P, D], for an autoregressive decoder
  private float[] scales = {}; // [P, blocks] of quantised inputs
  private float[] encoded = {}; // [M, D]

  private final Job prepare = this::prepare;
  private final Job unpool = this::unpool;
  private final Job decoderInput = this::decoderInput;

  PooledPass(LoadedPooled m, Crew crew) {
    super(m.config, m.embedding, m.head, m.draftPlane, crew);
    this.model = m;
    this.crew = crew;
    double epsilon = m.config.normEpsilon();
    encoder = new PatchEncoder(m, embedding, crew);
    global = new StackPass(m.config.global(), m.global, m.globalPlane, m.globalRope, epsilon, crew);
    decoder =
        m.slots > 0
            ? null
            : new StackPass(
                m.config.decoder().stack(),
                m.decoder,
                m.decoderPlane,
                m.decoderRope,
                epsilon,
                crew);
    slots = m.slots > 0 ? new SlotDecoder(m, crew) : null;
    d = Kernels.padded(m.config.width());
    g = Kernels.padded(m.config.global().width());
  }

  @Override
  void run() {
    if (model.causalEncoder) {
      encoded = encoder.encode(batch);
    }
    ended.clear();
    for (int m = 0; m < batch.rows; m++) {
      PatchLog log = batch.sessions[m].patches().log;
      if (log.ends(batch.positions[m])) {
        ended.add(batch.sessions[m], log.finished(batch.positions[m]) - 1, false);
      }
    }
    if (ended.rows > 0) {
      runPatches();
    }
    if (decoder != null) {
      decode(decoder);
    }
    ended.clear();
  }

  private void runPatches() {
    reserve();
    encoder.pool(ended, pooled);
    crew.rows(ended.rows, prepare);
    global.clear();
    for (int p = 0; p < ended.rows; p++) {
      global.addCausal(ended.sessions[p].patches().cache, ended.positions[p]);
    }
    global.reserve();
    crew.multiply(model.poolProjection, pooled, d, scales, global.x, ended.rows);
    global.run();
    crew.rows(ended.rows, unpool); // y = norm(x)
    if (decoder != null) {
      crew.multiply(model.unpoolProjection, y, g, scales, unpooled, ended.rows);
      keep(unpooled, d);
    } else {
      keep(y, g);
    }
  }

  private void prepare(int task, int worker) {
    PackedMatrix w = model.poolProjection;
    for (int p = task * Crew.TASK_ROWS; p < Crew.end(task, ended.rows); p++) {
      w.prepare(crew.kernels, pooled, p * d, scales, p * w.scalesPerRow());
    }
  }

  private void unpool(int task, int worker) {
    PackedMatrix w = model.unpoolProjection;
    double epsilon = model.config.normEpsilon();
    for (int p = task * Crew.TASK_ROWS; p < Crew.end(task, ended.rows); p++) {
      crew.norm(global.x, p * g, model.unpoolNorm, epsilon, y, p * g, crew.scratch(worker));
      if (decoder != null) {
        w.prepare(crew.kernels, y, p * g, scales, p * w.scalesPerRow());
      }
    }
  }

  private void keep(float[] vectors, int stride) {
    for (int p = 0; p < ended.rows; p++) {
      KvCache cache = ended.sessions[p].patches().cache;
      copyToCache(vectors, p * stride, stride, cache, model.patchPlane, ended.positions[p]);
    }
  }

  private void decode(StackPass stack) {
    stack.clear();
    for (int m = 0; m < batch.rows; m++) {
      stack.addCausal(batch.sessions[m].cache(), batch.positions[m]);
    }
    stack.reserve();
    if (!model.causalEncoder) {
      embedding.run(batch.sessions, batch.positions, batch.rows, stack.x);
    }
    crew.rows(batch.rows, decoderInput);
    stack.run();
    keepForDrafts(stack.x, d);
  }

  /** x = encoded or embedded byte + what the last finished patch says. */
  private void decoderInput(int task, int worker) {
    float[] x = Objects.requireNonNull(decoder).x;
    for (int m = task * Crew.TASK_ROWS; m < Crew.end(task, batch.rows); m++) {
      if (model.causalEncoder) {
        System.arraycopy(encoded, m * d, x, m * d, d);
      }
      PatchState patches = batch.sessions[m].patches();
      int patch = patches.log.finished(batch.positions[m]) - 1;
      if (patch >= 0) {
        float[] says = patches.cache.plane(model.patchPlane, patch / KvCache.BLOCK);
        int at = patch % KvCache.BLOCK * d;
        for (int i = 0; i < d; i++) {
          x[m * d + i] += says[at + i];
        }
      }
    }
  }

  @Override
  void logits(int first, int count) {
    if (decoder != null) {
      head.run(decoder.x, batch.wanted, first, count);
    } else {
      Objects.requireNonNull(slots).logits(batch, first, count, head);
    }
  }

  private void reserve() {
    if (ended.rows <= capacity) {
      return;
    }
    capacity = ended.rows;
    pooled = new float[capacity * d];
    y = new float[capacity * g];
    unpooled = new float[decoder == null ? 0 : capacity * d];
    scales =
        new float
            [capacity
                * Math.max(
                    model.poolProjection.scalesPerRow(), model.unpoolProjection.scalesPerRow())];
  }
}
