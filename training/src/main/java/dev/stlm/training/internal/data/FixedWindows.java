package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;
import java.util.ArrayList;
import java.util.List;

/** The same windows every time, evenly spread over a text: for validation. */
public final class FixedWindows {
  private FixedWindows() {}

  /**
   * Up to so many windows that do not overlap, as batches of one group.
   *
   * @param ids at least {@code length}
   * @param most windows at most
   * @param sequences windows of a batch, at most
   */
  public static List<Batch> of(IdSource ids, int length, int endOfText, int most, int sequences) {
    long fit = ids.length() / length;
    int count = (int) Math.min(most, fit);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < count; from += sequences) {
      int n = Math.min(sequences, count - from);
      int[] inputs = new int[n * length];
      int[] targets = new int[n * length];
      for (int i = 0; i < n; i++) {
        long start = (from + i) * fit / count * length;
        Windows.fill(ids, start, length, endOfText, inputs, targets, i * length);
      }
      batches.add(new Batch(1, n, length, inputs, targets));
    }
    return batches;
  }
}
