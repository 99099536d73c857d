package dev.stlm.serving.grammar;

import dev.stlm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of each id of a tokenizer, in the forms that a constraint reads. Immutable; reading a
 * large one takes milliseconds, so make it once.
 */
public final class Vocabulary {
  /** Stands for no bytes: the end of a text. */
  private static final int ENDS = -1;

  /** Stands for several bytes. */
  private static final int SEVERAL = -2;

  // by id: its only byte, or one of the above
  private final int[] single;
  private final byte[][] bytes;
  // ids of several bytes in the order of these, and how many bytes each shares with the one before
  private final int[] sorted;
  private final int[] shared;

  /** The ids of a tokenizer. */
  public Vocabulary(Tokenizer tokenizer) {
    int size = tokenizer.vocabularySize();
    single = new int[size];
    bytes = new byte[size][];
    List<Integer> several = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      byte[] text = tokenizer.decodeNext(new int[] {id});
      bytes[id] = text;
      single[id] = text.length == 0 ? ENDS : text.length == 1 ? text[0] & 0xFF : SEVERAL;
      if (text.length > 1) {
        several.add(id);
      }
    }
    several.sort((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
    sorted = several.stream().mapToInt(Integer::intValue).toArray();
    shared = new int[sorted.length];
    for (int i = 1; i < sorted.length; i++) {
      int mismatch = Arrays.mismatch(bytes[sorted[i - 1]], bytes[sorted[i]]);
      shared[i] = mismatch < 0 ? bytes[sorted[i]].length : mismatch;
    }
  }

  /** The state after the bytes of an id that is allowed; the same where it has none. */
  ByteState after(ByteState state, int id) {
    ByteState at = state;
    for (byte b : bytes[id]) {
      at = at.after(b & 0xFF);
    }
    return at;
  }

  /**
   * Sets the logits of all ids that do not keep to the grammar to −∞.
   *
   * @return whether any id is left
   */
  boolean mask(ByteState state, float[] logits) {
    boolean left = false;
    long[] several = sorted.length == 0 ? new long[0] : several(state);
    for (int id = 0; id < logits.length; id++) {
      int kind = id < single.length ? single[id] : ENDS;
      boolean allowed =
          switch (kind) {
            case ENDS -> state.mayEnd() && id < single.length;
            case SEVERAL -> (several[id >> 6] >>> id & 1) != 0;
            default -> state.allows(kind);
          };
      if (allowed) {
        left = true;
      } else {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
    }
    return left;
  }

  /** The ids of several bytes that are allowed, one bit each. */
  private long[] several(ByteState state) {
    if (state.ids != null) {
      return state.ids;
    }
    long[] ids = new long[(single.length + 63) / 64];
    List<ByteState> path = new ArrayList<>();
    path.add(state);
    for (int i = 0; i < sorted.length; i++) {
      byte[] text = bytes[sorted[i]];
      int at = Math.min(shared[i], path.size() - 1);
      // what two ids share was followed as far as it is allowed
      boolean dead = at < shared[i];
      path.subList(at + 1, path.size()).clear();
      while (!dead && at < text.length) {
        ByteState here = path.get(at);
        dead = !here.allows(text[at] & 0xFF);
        if (!dead) {
          path.add(here.after(text[at++] & 0xFF));
        }
      }
      if (!dead) {
        ids[sorted[i] >> 6] |= 1L << sorted[i];
      }
    }
    state.ids = ids;
    return ids;
  }
}
