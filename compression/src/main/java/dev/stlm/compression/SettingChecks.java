package dev.stlm.compression;

import dev.stlm.tokenizer.InvalidInputException;

/**
 * The checks of settings that the steps share: each error names the step type, the setting, its
 * value and what is allowed. Steps of other projects may use them too.
 */
public final class SettingChecks {
  private SettingChecks() {}

  /** Refuses a whole number outside {@code [min, max]}. */
  public static void range(String step, String setting, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(
          step, setting, Integer.toString(value), "a whole number from " + min + " to " + max);
    }
  }

  /** Refuses a number outside {@code [min, max]}, and NaN. */
  public static void range(String step, String setting, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw invalid(step, setting, Double.toString(value), "a number from " + min + " to " + max);
    }
  }

  /** Refuses zero, negative numbers, infinity and NaN. */
  public static void positive(String step, String setting, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw invalid(step, setting, Double.toString(value), "a positive finite number");
    }
  }

  /** The refusal of a value. */
  public static InvalidInputException invalid(
      String step, String setting, String value, String allowed) {
    return new InvalidInputException(
        step + ": " + setting + " is " + value + "; allowed: " + allowed);
  }
}
