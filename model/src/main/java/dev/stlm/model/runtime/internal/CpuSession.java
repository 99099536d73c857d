package dev.stlm.model.runtime.internal;

import dev.stlm.model.Session;
import java.util.Arrays;
import java.util.List;

/** A sequence on the CPU: its ids, and its keys and values. */
final class CpuSession implements Session {
  private final CpuModel model;
  private KvCache cache;
  private int[] ids;
  private int position;
  private boolean closed;

  CpuSession(CpuModel model, KvCache cache, int[] ids, int position) {
    this.model = model;
    this.cache = cache;
    this.ids = ids;
    this.position = position;
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
  public void truncate(int to) {
    model.checkOpen();
    if (to < 0 || to > position) {
      throw new IllegalArgumentException("position " + to + " is not between 0 and " + position);
    }
    position = to;
    cache.truncate(to);
  }

  @Override
  public Session fork() {
    checkUsable();
    return new CpuSession(model, cache.fork(), ids.clone(), position);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cache.truncate(0);
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
    cache.prepare(position, position + count);
  }

  /** As {@link #stage(int[], int, int)} for one id. */
  void stage(int id) {
    reserve(position + 1);
    ids[position] = id;
    cache.prepare(position, position + 1);
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
