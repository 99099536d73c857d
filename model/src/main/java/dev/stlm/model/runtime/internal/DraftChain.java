package dev.stlm.model.runtime.internal;

/**
 * The states that drafts after one position went through, so that guesses which go on from earlier
 * ones cost one step each.
 */
final class DraftChain {
  private final float[][] states; // [guesses + 1][padded D]
  private final int[] guesses;
  private int length = -1; // guesses that are known; -1: not even the first state

  /**
   * Room for a chain.
   *
   * @param most guesses, at least 1
   * @param width D
   */
  DraftChain(int most, int width) {
    states = new float[most + 1][Kernels.padded(width)];
    guesses = new int[most];
  }

  /** Forgets all: the position has changed. */
  void clear() {
    length = -1;
  }

  /** Whether the state of the position itself is there. */
  boolean starts() {
    return length >= 0;
  }

  /** Takes the state of a position: one of some vectors. */
  void start(float[] vectors, int index) {
    int width = states[0].length;
    System.arraycopy(vectors, index * width, states[0], 0, width);
    length = 0;
  }

  /** How many of some guesses the chain went through already; it is cut to these. */
  int known(int[] wanted, int count) {
    int same = 0;
    while (same < Math.min(length, count) && guesses[same] == wanted[same]) {
      same++;
    }
    if (same < count) {
      length = same;
    }
    return same;
  }

  /** The state after some guesses. */
  float[] state(int count) {
    return states[count];
  }

  /** Adds a guess and gives the array for the state after it. */
  float[] extend(int guess) {
    guesses[length++] = guess;
    return states[length];
  }
}
