package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;

/**
 * Windows cut into shorter ones, so that a run whose sequences grow reads every text of an epoch
 * once, however long its sequences are: the parts of a window follow each other, each read as a
 * text of its own.
 *
 * <p>A position counts ids from 0 over all epochs.
 *
 * @param windows of which parts are read
 * @param whole ids of a window
 * @param endOfText the id before every part
 */
public record ShortWindows(BatchSource windows, int whole, int endOfText) {
  /** Where a batch of this length begins that is asked for at a position: at a whole part. */
  public static long start(long position, int length) {
    return Math.ceilDiv(position, length) * length;
  }

  /**
   * The parts from a position on.
   *
   * @param start as {@link #start} gives it
   * @param length of a part; divides that of the windows
   */
  public Batch batch(long start, int groups, int sequences, int length) {
    if (length == whole) {
      return windows.batch(start / whole, groups, sequences);
    }
    if (whole % length != 0 || start % length != 0) {
      throw new IllegalArgumentException(
          "parts of %d ids from %d in windows of %d".formatted(length, start, whole));
    }
    int ids = groups * sequences * length;
    int[] inputs = new int[ids];
    int[] targets = new int[ids];
    int skipped = (int) (start % whole);
    for (int done = 0; done < ids; ) {
      Batch window = windows.batch((start + done) / whole, 1, 1);
      int count = Math.min(whole - skipped, ids - done);
      System.arraycopy(window.inputs(), skipped, inputs, done, count);
      System.arraycopy(window.targets(), skipped, targets, done, count);
      done += count;
      skipped = 0;
    }
    for (int at = 0; at < ids; at += length) {
      inputs[at] = endOfText;
    }
    return new Batch(groups, sequences, length, inputs, targets);
  }
}
