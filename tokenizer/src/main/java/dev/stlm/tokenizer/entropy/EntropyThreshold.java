package dev.stlm.tokenizer.entropy;

import dev.stlm.tokenizer.InvalidInputException;

/**
 * The threshold of an {@link EntropyPatcher} with which patches of a text have about a wanted
 * length.
 *
 * @param bits the threshold
 * @param meanPatch the mean length of the patches that it gives on that text, in bytes
 */
public record EntropyThreshold(double bits, double meanPatch) {
  /**
   * Tries every threshold that makes a difference and takes the one whose mean comes closest, the
   * lowest of equal ones.
   *
   * @param text typical text, best not the one that the table was trained on; 100 KB or more
   * @param wanted mean length in bytes, from 1 to the cap
   * @param cap most bytes of a patch, from 1 on
   * @throws InvalidInputException if the text is empty or the wanted length out of range
   */
  public static EntropyThreshold find(EntropyTable table, byte[] text, double wanted, int cap) {
    if (!(wanted >= 1 && wanted <= cap)) {
      throw new InvalidInputException(
          "entropy patcher: a mean patch of "
              + wanted
              + " bytes can not be had; allowed: 1 to the cap of "
              + cap);
    }
    if (text.length == 0) {
      throw new InvalidInputException(
          "entropy patcher: the text to find the threshold with is empty; give one");
    }
    byte[] steps = steps(table, text);
    int best = 0;
    double bestMean = mean(steps, 0, cap);
    for (int threshold = 1; threshold <= EntropyTable.LARGEST_STEPS; threshold++) {
      double mean = mean(steps, threshold, cap);
      if (Math.abs(mean - wanted) < Math.abs(bestMean - wanted)) {
        best = threshold;
        bestMean = mean;
      }
    }
    return new EntropyThreshold(best / (double) EntropyTable.STEPS_PER_BIT, bestMean);
  }

  /** The entropy after every byte, unsigned. */
  private static byte[] steps(EntropyTable table, byte[] text) {
    byte[] steps = new byte[text.length];
    int history = 0;
    for (int i = 0; i < text.length; i++) {
      history = history << 8 | (text[i] & 0xFF);
      steps[i] = (byte) table.steps(history);
    }
    return steps;
  }

  /** What {@link dev.stlm.tokenizer.Patcher#meanPatch} gives for this threshold. */
  private static double mean(byte[] steps, int threshold, int cap) {
    int patches = 0;
    int length = 0;
    for (byte step : steps) {
      if (length == 0) {
        patches++;
      }
      length = (step & 0xFF) > threshold || length + 1 == cap ? 0 : length + 1;
    }
    return (double) steps.length / patches;
  }
}
