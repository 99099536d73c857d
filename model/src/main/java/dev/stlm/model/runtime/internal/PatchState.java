package dev.stlm.model.runtime.internal;

/** What a sequence keeps of its patches. */
final class PatchState {
  /** Where they end. */
  final PatchLog log;

  /** Keys and values of the global layers, and what these say of every finished patch. */
  final KvCache cache;

  /** Final vectors of the slots of a parallel decoder, {@code [S, padded D]}; else empty. */
  final float[] slots;

  private int slotsAfter = -1;

  /**
   * No patches.
   *
   * @param slots number of floats
   */
  PatchState(PatchLog log, KvCache cache, int slots) {
    this(log, cache, new float[slots]);
  }

  private PatchState(PatchLog log, KvCache cache, float[] slots) {
    this.log = log;
    this.cache = cache;
    this.slots = slots;
  }

  /** Whether {@link #slots} are those of the patch that follows some finished ones. */
  boolean hasSlots(int finished) {
    return slotsAfter == finished;
  }

  /** Takes the slots of the patch that follows some finished ones. */
  void keepSlots(int finished, float[] from, int at) {
    System.arraycopy(from, at, slots, 0, slots.length);
    slotsAfter = finished;
  }

  /** Takes ids into the log; those that finish a patch get a place in the cache. */
  void stage(int[] ids, int from, int to) {
    int before = log.finished(from - 1);
    for (int i = from; i < to; i++) {
      log.accept(ids[i]);
    }
    cache.prepare(before, log.finished(to - 1));
  }

  void truncate(int to, int[] ids) {
    log.truncate(to, ids);
    int finished = log.finished(to - 1);
    cache.truncate(finished);
    if (slotsAfter > finished) {
      slotsAfter = -1;
    }
  }

  /** Bytes of all that it keeps, blocks that forks share included. */
  long bytes() {
    return cache.bytes() + (long) Float.BYTES * slots.length + log.bytes();
  }

  PatchState fork() {
    PatchState copy = new PatchState(log.fork(), cache.fork(), slots.clone());
    copy.slotsAfter = slotsAfter;
    return copy;
  }
}
