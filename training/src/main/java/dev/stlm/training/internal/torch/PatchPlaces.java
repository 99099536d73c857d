package dev.stlm.training.internal.torch;

import dev.stlm.model.config.PatchTracker;
import dev.stlm.tokenizer.Patcher;
import java.nio.LongBuffer;
import java.util.Arrays;

/** The patches of the ids of a batch {@code [A, B, T]}, each sequence for itself. */
final class PatchPlaces {
  /** Numbers that each id has. */
  static final int KINDS = 3;

  private final int sequences;
  private final int length;
  private final long[] places;
  private final int[][] ends;

  /** Reads the ids {@code [groups, sequences, length]}. */
  PatchPlaces(Patcher patcher, int[] ids, int groups, int sequences, int length) {
    this.sequences = sequences;
    this.length = length;
    this.places = new long[KINDS * ids.length];
    this.ends = new int[groups * sequences][];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = read(new PatchTracker(patcher), ids, i);
    }
  }

  private int[] read(PatchTracker tracker, int[] ids, int i) {
    int[] found = new int[length];
    int count = 0;
    int since = 0;
    int at = (i / sequences * KINDS * sequences + i % sequences) * length;
    int kind = sequences * length;
    for (int t = 0; t < length; t++) {
      places[at + t] = count;
      since++;
      if (tracker.accept(ids[i * length + t])) {
        found[count++] = t;
        since = 0;
      }
      places[at + kind + t] = count;
      places[at + 2 * kind + t] = since;
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * The numbers of each id, {@code [A, 3, B, T]}: patches that end before it, which is the number
   * of its own; patches that end at or before it; ids since the last of these ends, or since the
   * start and then 1 for the first id.
   */
  LongBuffer places() {
    return LongBuffer.wrap(places);
  }

  /** Patches that end in the sequence with the most of them, P; at least 1. */
  int most() {
    return Math.max(1, Arrays.stream(ends).mapToInt(e -> e.length).max().orElse(1));
  }

  /** The last id of each patch that ends, {@code [A, B, P]}; 0 where a sequence has fewer. */
  LongBuffer ends() {
    int most = most();
    LongBuffer buffer = LongBuffer.allocate(ends.length * most);
    for (int i = 0; i < ends.length; i++) {
      for (int k = 0; k < ends[i].length; k++) {
        buffer.put(i * most + k, ends[i][k]);
      }
    }
    return buffer;
  }
}
