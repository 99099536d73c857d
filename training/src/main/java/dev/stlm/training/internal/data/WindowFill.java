package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;
import java.util.Arrays;

/**
 * What a window looks like: the end-of-text id, then its text; every id of the text is a target.
 */
final class WindowFill {
  private WindowFill() {}

  /**
   * Fills a window.
   *
   * @param ids the text is a part of them
   * @param start where the text starts
   * @param count ids of the text, at most {@code length}; the rest is end of text and not learned
   * @param length of the window
   * @param at where it starts in inputs and targets
   */
  static void fill(
      IdSource ids,
      long start,
      int count,
      int length,
      int endOfText,
      int[] inputs,
      int[] targets,
      int at) {
    ids.read(start, targets, at, count);
    inputs[at] = endOfText;
    System.arraycopy(targets, at, inputs, at + 1, Math.min(count, length - 1));
    if (count < length) {
      Arrays.fill(targets, at + count, at + length, Batch.IGNORED);
      Arrays.fill(inputs, at + count, at + length, endOfText);
    }
  }
}
