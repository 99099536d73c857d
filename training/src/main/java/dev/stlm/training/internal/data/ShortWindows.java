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
 * @param endOfText the id before every part
 */
public record ShortWindows(Windows windows, int endOfText) {
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
    int whole = windows.length();
    if (length == whole) {
      return windows.batch(start / whole, groups, sequences);
    }
    if (whole % length != 0 || start % length != 0) {
      throw new IllegalArgumentException(
          "parts of %d ids from %d in windows of %d".formatted(length, start, whole));
    }
    int ids = groups * sequences * length;
    long first = start / whole;
    int count = Math.toIntExact(Math.ceilDiv(start + ids, whole) - first);
    Batch read = windows.batch(first, 1, count);
    int skipped = (int) (start % whole);
    int[] inputs = new int[ids];
    int[] targets = new int[ids];
    System.arraycopy(read.inputs(), skipped, inputs, 0, ids);
    System.arraycopy(read.targets(), skipped, targets, 0, ids);
    for (int at = 0; at < ids; at += length) {
      inputs[at] = endOfText;
    }
    return new Batch(groups, sequences, length, inputs, targets);
  }
}
