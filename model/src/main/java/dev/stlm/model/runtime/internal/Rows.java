package dev.stlm.model.runtime.internal;

import java.util.Arrays;

/**
 * The rows that go through a stack of blocks together: row m keeps its keys and values in one slot
 * of a cache and sees a range of slots of it. Rows of one cache are consecutive, their slots
 * ascending.
 */
final class Rows {
  KvCache[] caches = new KvCache[1];
  int[] slots = new int[1];

  /** Rotary positions. */
  int[] positions = new int[1];

  /** First slot that a row sees. */
  int[] from = new int[1];

  /** The slot after the last one that a row sees. */
  int[] to = new int[1];

  int count;

  void clear() {
    Arrays.fill(caches, 0, count, null);
    count = 0;
  }

  /** A row that sees the positions before it and itself, at most {@code window} in all. */
  void addCausal(KvCache cache, int position, int window) {
    add(cache, position, position, Math.max(0, position - window + 1), position + 1);
  }

  void add(KvCache cache, int slot, int position, int first, int end) {
    if (count == slots.length) {
      caches = Arrays.copyOf(caches, 4 * count);
      slots = Arrays.copyOf(slots, 4 * count);
      positions = Arrays.copyOf(positions, 4 * count);
      from = Arrays.copyOf(from, 4 * count);
      to = Arrays.copyOf(to, 4 * count);
    }
    caches[count] = cache;
    slots[count] = slot;
    positions[count] = position;
    from[count] = first;
    to[count] = end;
    count++;
  }
}
