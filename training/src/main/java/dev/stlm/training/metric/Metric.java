package dev.stlm.training.metric;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A figure of merit.
 *
 * @param name such as {@code accuracy} or {@code chrF}
 * @param value in the unit that the name implies
 * @param standardError one standard error of the value, where one is known
 * @param count examples behind it, at least 1
 * @param higherIsBetter whether a larger value is the better one
 */
public record Metric(
    String name, double value, OptionalDouble standardError, int count, boolean higherIsBetter) {
  public Metric {
    if (count < 1) {
      throw new IllegalArgumentException(name + " of " + count + " examples");
    }
  }

  /** The share of right answers, named {@code accuracy}. */
  public static Metric of(Accuracy accuracy) {
    return new Metric(
        "accuracy",
        accuracy.value(),
        OptionalDouble.of(accuracy.standardError()),
        accuracy.count(),
        true);
  }

  /** A score of which more is better and no error is known. */
  public static Metric score(String name, double value, int count) {
    return new Metric(name, value, OptionalDouble.empty(), count, true);
  }

  /** A cost of which less is better and no error is known. */
  public static Metric cost(String name, double value, int count) {
    return new Metric(name, value, OptionalDouble.empty(), count, false);
  }

  /** Whether this figure is better than an earlier one of the same name. */
  public boolean betterThan(Metric other) {
    return higherIsBetter ? value > other.value : value < other.value;
  }

  /** Such as {@code accuracy 0.8016 ± 0.0135 (n = 872)}. */
  @Override
  public String toString() {
    String error =
        standardError.isPresent()
            ? String.format(Locale.ROOT, " ± %.4f", standardError.getAsDouble())
            : "";
    return String.format(Locale.ROOT, "%s %.4f%s (n = %d)", name, value, error, count);
  }
}
