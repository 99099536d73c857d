package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;

/**
 * Windows of text in an order without end: the n-th is a function of n alone. For one thread, since
 * an order may remember the epoch that it was asked for last.
 */
public interface WindowOrder extends BatchSource {
  /** Ids of a window. */
  int length();

  /** Bytes of text that are learned from a window, on average. */
  double bytesPerWindow();

  /**
   * Copies a window.
   *
   * @param window counts from 0 over all epochs
   * @param inputs filled from {@code at} on, {@link #length()} ids
   * @param targets filled likewise: the id after each input, or {@link Batch#IGNORED}
   */
  void fill(long window, int[] inputs, int[] targets, int at);

  @Override
  default Batch batch(long first, int groups, int sequences) {
    int count = groups * sequences;
    int[] inputs = new int[count * length()];
    int[] targets = new int[count * length()];
    for (int i = 0; i < count; i++) {
      fill(first + i, inputs, targets, i * length());
    }
    return new Batch(groups, sequences, length(), inputs, targets);
  }
}
