package dev.stlm.training.internal.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Shuffled windows that hold text of one document alone, epoch after epoch. A document is cut into
 * windows from its start on; the last one is filled up with targets that are not learned. Takes
 * eight bytes a document.
 */
public final class DocumentWindows implements WindowOrder {
  private final IdSource ids;
  private final int length;
  private final int endOfText;
  private final long seed;
  private final long[] firstWindows;
  private final long windows;

  // the order of the epoch asked for last
  private long epoch = -1;
  private Permutation order = new Permutation(1, 0);

  /**
   * Windows of documents.
   *
   * @param ids with at least one id
   * @param length ids of a window
   * @param endOfText the id before every window
   */
  public DocumentWindows(IdSource ids, int length, int endOfText, long seed) {
    this.ids = ids;
    this.length = length;
    this.endOfText = endOfText;
    this.seed = seed;
    int documents = Math.toIntExact(ids.documents());
    this.firstWindows = new long[documents + 1];
    for (int d = 0; d < documents; d++) {
      long size = ids.documentStart(d + 1) - ids.documentStart(d);
      firstWindows[d + 1] = firstWindows[d] + (size + length - 1) / length;
    }
    this.windows = firstWindows[documents];
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
    return ids.bytesPerId() * ids.length() / windows;
  }

  @Override
  public void fill(long window, int[] inputs, int[] targets, int at) {
    long wanted = window / windows;
    if (wanted != epoch) {
      order =
          new Permutation(
              windows, new SplittableRandom(seed ^ wanted * 0x9E3779B97F4A7C15L).nextLong());
      epoch = wanted;
    }
    fillInOrder(order.at(window % windows), inputs, targets, at);
  }

  /** Copies the window at a place of the text. */
  void fillInOrder(long window, int[] inputs, int[] targets, int at) {
    int found = Arrays.binarySearch(firstWindows, window);
    int document = found >= 0 ? found : -found - 2;
    // documents without an id have no window: the last of those that start here has one
    while (firstWindows[document + 1] == window) {
      document++;
    }
    long start = ids.documentStart(document) + (window - firstWindows[document]) * length;
    int count = (int) Math.min(length, ids.documentStart(document + 1) - start);
    WindowFill.fill(ids, start, count, length, endOfText, inputs, targets, at);
  }
}
