package dev.stlm.serving.engine;

import java.util.Arrays;

/** The ids that a generation starts from; immutable. */
public final class Prompt {
  private final int[] ids;

  private Prompt(int[] ids) {
    this.ids = ids;
  }

  /**
   * A prompt of these ids, which are copied.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Prompt of(int... ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("a prompt needs at least one id");
    }
    return new Prompt(ids.clone());
  }

  public int length() {
    return ids.length;
  }

  public int id(int index) {
    return ids[index];
  }

  /** A copy of the ids from {@code from} (inclusive) to {@code to} (exclusive). */
  public int[] ids(int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }

  /** A copy of all ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** How many ids at the start another prompt shares. */
  int common(Prompt other) {
    int at = Arrays.mismatch(ids, other.ids);
    return at < 0 ? ids.length : at;
  }
}
