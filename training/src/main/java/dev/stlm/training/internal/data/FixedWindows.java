package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;
import java.util.ArrayList;
import java.util.List;

/** The same windows every time, evenly spread over a text: for validation. */
public final class FixedWindows {
  private FixedWindows() {}

  /**
   * Up to so many windows that do not overlap, as batches of one group. A text shorter than a
   * window gives one that is not full.
   *
   * @param ids any number, also none
   * @param most windows at most
   * @param sequences windows of a batch, at most
   */
  public static List<Batch> of(IdSource ids, int length, int endOfText, int most, int sequences) {
    long fit = ids.length() > 0 ? Math.max(1, ids.length() / length) : 0;
    int count = (int) Math.min(most, fit);
    return batches(
        count,
        sequences,
        length,
        (i, inputs, targets, at) -> {
          long start = i * fit / count * length;
          int filled = (int) Math.min(length, ids.length() - start);
          WindowFill.fill(ids, start, filled, length, endOfText, inputs, targets, at);
        });
  }

  /** The same, of windows that hold text of one document alone. */
  public static List<Batch> withinDocuments(
      IdSource ids, int length, int endOfText, int most, int sequences) {
    DocumentWindows windows = new DocumentWindows(ids, length, endOfText, 0);
    long fit = windows.perEpoch();
    int count = (int) Math.min(most, fit);
    return batches(
        count,
        sequences,
        length,
        (i, inputs, targets, at) -> windows.fillInOrder(i * fit / count, inputs, targets, at));
  }

  /** Copies the i-th window of a number. */
  private interface Fill {
    void fill(long i, int[] inputs, int[] targets, int at);
  }

  private static List<Batch> batches(int count, int sequences, int length, Fill fill) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < count; from += sequences) {
      int n = Math.min(sequences, count - from);
      int[] inputs = new int[n * length];
      int[] targets = new int[n * length];
      for (int i = 0; i < n; i++) {
        fill.fill(from + i, inputs, targets, i * length);
      }
      batches.add(new Batch(1, n, length, inputs, targets));
    }
    return batches;
  }
}
