package dev.stlm.tokenizer.llama;

import java.util.Arrays;

/**
 * One text being merged: the best merge anywhere, of equal ones the first, until none is left. A
 * text of n characters takes O(n log n).
 */
final class Merging {
  private static final int END = -1;

  private final MergeTable table;
  private final int[] ids;
  private final int[] next;
  private final int[] previous;
  private final int length;
  private long[] heap; // rank, then position
  private int queued;

  /**
   * A text.
   *
   * @param ids its characters, of which the first {@code length} count; overwritten
   */
  Merging(MergeTable table, int[] ids, int length) {
    this.table = table;
    this.ids = ids;
    this.length = length;
    next = new int[length];
    previous = new int[length];
    heap = new long[Math.max(16, length)];
  }

  /** Merges; gives the ids that are left. */
  int[] run() {
    for (int i = 0; i < length; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < length ? i + 1 : END;
    }
    for (int i = 0; i + 1 < length; i++) {
      offer(i);
    }
    while (queued > 0) {
      long best = poll();
      int at = (int) best;
      // the pair may have changed since
      if (ids[at] != END && next[at] != END && rankAt(at) == (int) (best >>> 32)) {
        merge(at, (int) (best >>> 32));
      }
    }
    int[] left = new int[length];
    int count = 0;
    for (int i = 0; i != END; i = next[i]) {
      left[count++] = ids[i];
    }
    return Arrays.copyOf(left, count);
  }

  private int rankAt(int at) {
    return table.rank(ids[at], ids[next[at]]);
  }

  private void merge(int at, int rank) {
    int gone = next[at];
    ids[at] = table.result(rank);
    ids[gone] = END;
    next[at] = next[gone];
    if (next[at] != END) {
      previous[next[at]] = at;
      offer(at);
    }
    if (previous[at] != END) {
      offer(previous[at]);
    }
  }

  private void offer(int at) {
    int rank = rankAt(at);
    if (rank == MergeTable.NONE) {
      return;
    }
    if (queued == heap.length) {
      heap = Arrays.copyOf(heap, 2 * queued);
    }
    long value = (long) rank << 32 | at;
    int child = queued++;
    while (child > 0 && heap[(child - 1) / 2] > value) {
      heap[child] = heap[(child - 1) / 2];
      child = (child - 1) / 2;
    }
    heap[child] = value;
  }

  private long poll() {
    long best = heap[0];
    long last = heap[--queued];
    int parent = 0;
    for (int child = 1; child < queued; child = 2 * parent + 1) {
      if (child + 1 < queued && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = last;
    return best;
  }
}
