package dev.stlm.training.internal.data;

import java.util.SplittableRandom;

/**
 * Shuffled windows of a text, epoch after epoch.
 *
 * <p>In an epoch every window is read once; epochs differ in order and in where the first window
 * starts. Each window is read as a text of its own: its first input is the end-of-text id, as it is
 * for every context when the model is used, and all of its ids are targets. Documents follow each
 * other in a window; a line that separates them in a text file is text like any other.
 */
public final class Windows implements WindowOrder {
  private final IdSource ids;
  private final int length;
  private final int endOfText;
  private final long seed;
  private final long windows;

  // the order of the epoch asked for last
  private long epoch = -1;
  private Permutation order = new Permutation(1, 0);
  private long phase;

  /**
   * Windows of a text.
   *
   * @param ids at least {@code length}
   * @param length ids of a window
   * @param endOfText the id before every window
   */
  public Windows(IdSource ids, int length, int endOfText, long seed) {
    if (ids.length() < length) {
      throw new IllegalArgumentException(ids.length() + " ids for windows of " + length);
    }
    this.ids = ids;
    this.length = length;
    this.endOfText = endOfText;
    this.seed = seed;
    // one window less than fit leaves room for the epochs to start at different places
    this.windows = Math.max(1, ids.length() / length - 1);
  }

  /** Windows of an epoch. */
  public long perEpoch() {
    return windows;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public double bytesPerWindow() {
    return ids.bytesPerId() * length;
  }

  @Override
  public void fill(long window, int[] inputs, int[] targets, int at) {
    WindowFill.fill(ids, start(window), length, length, endOfText, inputs, targets, at);
  }

  /** Where a window starts. */
  long start(long window) {
    long wanted = window / windows;
    if (wanted != epoch) {
      SplittableRandom random = new SplittableRandom(seed ^ wanted * 0x9E3779B97F4A7C15L);
      order = new Permutation(windows, random.nextLong());
      long slack = ids.length() - windows * length;
      phase = random.nextLong(slack + 1);
      epoch = wanted;
    }
    return phase + order.at(window % windows) * length;
  }
}
