package dev.stlm.model.runtime.internal;

import dev.stlm.model.Session;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sequence on the CPU: its ids, what the layers keep of them, and its patches if it has any. */
final class CpuSession implements Session {
  private final CpuModel model;
  private final KvCache cache;
  private final @Nullable PatchState patches;
  private final @Nullable DraftChain drafts;
  private int[] ids;
  private int position;
  private boolean closed;

  /**
   * An empty sequence.
   *
   * @param cache by positions of ids
   * @param patches of a pooled model
   */
  CpuSession(CpuModel model, KvCache cache, @Nullable PatchState patches) {
    this(model, cache, patches, new int[64], 0);
  }

  private CpuSession(
      CpuModel model, KvCache cache, @Nullable PatchState patches, int[] ids, int position) {
    this.model = model;
    this.cache = cache;
    this.patches = patches;
    this.ids = ids;
    this.position = position;
    int guesses = model.draftLength();
    drafts = guesses == 0 ? null : new DraftChain(guesses, model.config().width());
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public float[] append(int... newIds) {
    return model.append(List.of(this), List.of(newIds)).getFirst();
  }

  @Override
  public void append(int id, float[] logits) {
    model.append(this, id, logits);
  }

  @Override
  public void append(int[] newIds, LogitsSink sink) {
    model.append(
        List.of(this), List.of(newIds), (sequence, index, logits) -> sink.accept(index, logits));
  }

  @Override
  public void draft(int[] guesses, int count, float[] logits) {
    model.draft(this, guesses, count, logits);
  }

  @Override
  public void truncate(int to) {
    model.checkOpen();
    if (to < 0 || to > position) {
      throw new IllegalArgumentException("position " + to + " is not between 0 and " + position);
    }
    rollBack(to);
  }

  /** Forgets everything from a position on, staged ids too. */
  void rollBack(int to) {
    position = to;
    cache.truncate(to);
    if (patches != null) {
      patches.truncate(to, ids);
    }
    if (drafts != null) {
      drafts.clear();
    }
  }

  @Override
  public Session fork() {
    checkUsable();
    PatchState copy = patches == null ? null : patches.fork();
    return new CpuSession(model, cache.fork(), copy, ids.clone(), position);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rollBack(0);
    }
  }

  CpuModel model() {
    return model;
  }

  void checkUsable() {
    model.checkOpen();
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  KvCache cache() {
    return cache;
  }

  /** Of a pooled model. */
  PatchState patches() {
    return Objects.requireNonNull(patches);
  }

  /** Of a model with drafts. */
  DraftChain drafts() {
    return Objects.requireNonNull(drafts);
  }

  /** Bytes of all that it keeps, blocks that forks share included. */
  long bytes() {
    long bytes = cache.bytes() + (long) Integer.BYTES * ids.length;
    return patches == null ? bytes : bytes + patches.bytes();
  }

  int[] ids() {
    return ids;
  }

  int id(int at) {
    return ids[at];
  }

  /** Writes ids after the position without moving it: {@link #advance(int)} does. */
  void stage(int[] newIds, int from, int count) {
    reserve(position + count);
    System.arraycopy(newIds, from, ids, position, count);
    prepare(count);
  }

  /** As {@link #stage(int[], int, int)} for one id. */
  void stage(int id) {
    reserve(position + 1);
    ids[position] = id;
    prepare(1);
  }

  private void prepare(int count) {
    cache.prepare(position, position + count);
    if (patches != null) {
      patches.stage(ids, position, position + count);
    }
    if (drafts != null) {
      drafts.clear();
    }
  }

  void advance(int count) {
    position += count;
  }

  private void reserve(int size) {
    if (ids.length < size) {
      ids = Arrays.copyOf(ids, Math.max(size, 2 * ids.length));
    }
  }
}
