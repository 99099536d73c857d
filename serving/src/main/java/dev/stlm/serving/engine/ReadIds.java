package dev.stlm.serving.engine;

import java.util.Arrays;

/** The ids that a session has read, in order. */
final class ReadIds {
  private int[] ids;
  private int length;

  ReadIds(int[] ids) {
    this.ids = ids;
    this.length = ids.length;
  }

  void add(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, length + Math.max(64, length / 2));
    }
    ids[length++] = id;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, length);
  }
}
