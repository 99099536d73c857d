package dev.stlm.training.config;

import dev.stlm.tokenizer.InvalidInputException;

/** The checks that the records of this package share, each naming the field and what is allowed. */
final class SettingChecks {
  private SettingChecks() {}

  static void check(String field, Object value, boolean fits, String allowed) {
    if (!fits) {
      throw new InvalidInputException(
          "training: " + field + " is " + value + "; allowed: " + allowed);
    }
  }

  /** A share or decay, from 0 to {@code most}. */
  static void share(String field, double value, double most) {
    check(field, value, value >= 0 && value <= most, "0 to " + most);
  }
}
