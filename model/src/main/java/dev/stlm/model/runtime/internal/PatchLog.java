package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.PatchTracker;
import java.util.Arrays;

/**
 * Where the patches of one sequence end, for all of its positions. Every 64 positions it keeps how
 * the patcher stood, so that going back reads few ids again.
 */
final class PatchLog {
  private static final int APART = 64;

  private int[] finished = new int[64]; // patches that end at or before a position
  private int[] ends = new int[16]; // position of the last id of a patch
  private PatchTracker[] earlier =
      new PatchTracker[2]; // before positions 0, 64, 128 …; never moved
  private PatchTracker tracker;
  private int length;

  /**
   * An empty sequence.
   *
   * @param tracker at its start; belongs to this log from now on
   */
  PatchLog(PatchTracker tracker) {
    this.tracker = tracker;
  }

  /** Takes the id of the next position. */
  void accept(int id) {
    if (length == finished.length) {
      finished = Arrays.copyOf(finished, 2 * length);
    }
    if (length % APART == 0) {
      int index = length / APART;
      if (index == earlier.length) {
        earlier = Arrays.copyOf(earlier, 2 * index);
      }
      earlier[index] = tracker.fork();
    }
    int count = finished(length - 1);
    if (tracker.accept(id)) {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
      }
      ends[count++] = length;
    }
    finished[length++] = count;
  }

  /** Patches that end at or before a position; none before the first one. */
  int finished(int position) {
    return position < 0 ? 0 : finished[position];
  }

  /** Whether a position is the last of its patch. */
  boolean ends(int position) {
    return finished(position) > finished(position - 1);
  }

  /** The first position of a patch. */
  int start(int patch) {
    return patch == 0 ? 0 : ends[patch - 1] + 1;
  }

  /** The last position of a finished patch. */
  int end(int patch) {
    return ends[patch];
  }

  /**
   * Forgets everything from a position on.
   *
   * @param ids of the sequence
   */
  void truncate(int to, int[] ids) {
    if (to == length) {
      return;
    }
    length = to / APART * APART;
    tracker = earlier[to / APART].fork();
    while (length < to) {
      accept(ids[length]);
    }
  }

  /** Bytes of what it keeps of positions and patches. */
  long bytes() {
    return (long) Integer.BYTES * (finished.length + ends.length);
  }

  PatchLog fork() {
    PatchLog copy = new PatchLog(tracker.fork());
    copy.finished = finished.clone();
    copy.ends = ends.clone();
    copy.earlier = earlier.clone();
    copy.length = length;
    return copy;
  }
}
