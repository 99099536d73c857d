package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.internal.WorkerPool.Job;
import java.util.Arrays;
import java.util.Objects;

/**
 * The parallel decoder: the slots of a patch from the patches before it, all at once. A session
 * keeps its last slots, so that the bytes of a patch cost one run.
 *
 * <p>Letters: D local and G global width, S slots, N patches that are decoded together.
 */
final class SlotDecoder {
  private final LoadedPooled model;
  private final Crew crew;
  private final StackPass stack;
  private final Batch pending = new Batch(); // row n: the patch after positions[n] finished ones
  private final int most; // N
  private final int d; // padded D
  private final int g; // padded G
  private final int unpooledStride; // padded S D

  private float[] y = {}; // [N, G]
  private float[] unpooled = {}; // [N, S D]
  private float[] scales = {}; // [N, blocks]
  private float[] wanted = {}; // [rows, D]
  private int[] rowOf = {}; // of each wanted row in pending; -1: the session has its slots
  private int[] everyRow = {};
  private int capacity;

  private final Job prepare = this::prepare;
  private final Job slotInput = this::slotInput;

  SlotDecoder(LoadedPooled m, Crew crew) {
    this.model = m;
    this.crew = crew;
    stack =
        new StackPass(
            m.config.decoder().stack(), m.decoder, m.decoderRope, m.config.normEpsilon(), crew);
    most = Math.max(1, ModelPass.MAX_ROWS / m.slots);
    d = stack.stride;
    g = Kernels.padded(m.config.global().width());
    unpooledStride = Kernels.padded(m.unpoolProjection.outputs);
  }

  /** Computes the logits of some wanted rows of a batch; see {@link ModelPass#logits}. */
  void logits(Batch batch, int first, int count, HeadPass head) {
    if (rowOf.length < count) {
      wanted = new float[count * d];
      rowOf = new int[count];
      everyRow = new int[count];
      Arrays.setAll(everyRow, i -> i);
    }
    for (int from = 0; from < count; ) {
      int to = plan(batch, first, from, count);
      if (pending.rows > 0) {
        run();
      }
      for (int i = from; i < to; i++) {
        if (rowOf[i] >= 0) {
          copySlot(batch, first, i, stack.x, rowOf[i] * model.slots);
        }
      }
      from = to;
    }
    pending.clear();
    head.run(wanted, everyRow, 0, count);
  }

  /** Takes wanted rows until as many patches are to be decoded as go together; gives where. */
  private int plan(Batch batch, int first, int from, int count) {
    pending.clear();
    for (int i = from; i < count; i++) {
      int m = batch.wanted[first + i];
      CpuSession session = batch.sessions[m];
      PatchState patches = session.patches();
      int finished = patches.log.finished(batch.positions[m]);
      int last = pending.rows - 1;
      rowOf[i] = -1;
      if (patches.hasSlots(finished)) {
        copySlot(batch, first, i, patches.slots, 0);
      } else if (last >= 0
          && pending.sessions[last] == session
          && pending.positions[last] == finished) {
        rowOf[i] = last;
      } else if (pending.rows == most) {
        return i;
      } else {
        rowOf[i] = pending.rows;
        pending.add(session, finished, false);
      }
    }
    return count;
  }

  private void copySlot(Batch batch, int first, int i, float[] from, int firstRow) {
    int m = batch.wanted[first + i];
    PatchLog log = batch.sessions[m].patches().log;
    int position = batch.positions[m];
    int slot = position + 1 - log.start(log.finished(position));
    System.arraycopy(from, (firstRow + slot) * d, wanted, i * d, d);
  }

  /** Decodes the pending patches and gives each session the slots of its last one. */
  private void run() {
    reserve();
    int width = model.slots;
    stack.clear();
    for (int n = 0; n < pending.rows; n++) {
      stack.addSegment(0, width);
    }
    stack.reserve();
    crew.rows(pending.rows, prepare);
    crew.multiply(model.unpoolProjection, y, g, scales, unpooled, pending.rows);
    crew.rows(pending.rows, slotInput);
    stack.run();
    for (int n = 0; n < pending.rows; n++) {
      pending.sessions[n].patches().keepSlots(pending.positions[n], stack.x, n * width * d);
    }
  }

  /** y of the last finished patch; zeros where none is finished. */
  private void prepare(int task, int worker) {
    PackedMatrix w = model.unpoolProjection;
    for (int n = task * Crew.TASK_ROWS; n < Crew.end(task, pending.rows); n++) {
      int patch = pending.positions[n] - 1;
      if (patch < 0) {
        Arrays.fill(y, n * g, (n + 1) * g, 0f);
      } else {
        KvCache cache = pending.sessions[n].patches().cache;
        float[] kept = cache.plane(model.patchPlane, patch / KvCache.BLOCK);
        System.arraycopy(kept, patch % KvCache.BLOCK * g, y, n * g, g);
      }
      w.prepare(crew.kernels, y, n * g, scales, n * w.scalesPerRow());
    }
  }

  private void slotInput(int task, int worker) {
    float[] positions = Objects.requireNonNull(model.decoderPositions);
    int width = model.config.width();
    for (int n = task * Crew.TASK_ROWS; n < Crew.end(task, pending.rows); n++) {
      for (int j = 0; j < model.slots; j++) {
        int to = (n * model.slots + j) * d;
        int from = n * unpooledStride + j * width;
        for (int i = 0; i < width; i++) {
          stack.x[to + i] = positions[j * width + i] + unpooled[from + i];
        }
      }
    }
  }

  private void reserve() {
    if (pending.rows > capacity) {
      capacity = pending.rows;
      y = new float[capacity * g];
      unpooled = new float[capacity * unpooledStride];
      scales = new float[capacity * model.unpoolProjection.scalesPerRow()];
    }
  }
}
