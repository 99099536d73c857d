package dev.stlm.training.metric;

/**
 * The share of right answers.
 *
 * @param correct right answers
 * @param count all answers, at least 1
 */
public record Accuracy(int correct, int count) {
  public Accuracy {
    if (count < 1 || correct < 0 || correct > count) {
      throw new IllegalArgumentException(correct + " right answers of " + count);
    }
  }

  /** From 0 to 1. */
  public double value() {
    return correct / (double) count;
  }

  /** One standard error of the value: that of a mean of {@code count} zeros and ones. */
  public double standardError() {
    double p = value();
    return Math.sqrt(p * (1 - p) / count);
  }
}
