package dev.stlm.training.prepare;

import dev.stlm.tokenizer.InvalidInputException;

/** The one line for a setting of a recipe that is out of range. */
final class SettingCheck {
  private SettingCheck() {}

  static void check(String field, Object value, boolean fits, String allowed) {
    if (!fits) {
      throw new InvalidInputException(
          "prepare: " + field + " is " + value + "; allowed: " + allowed);
    }
  }

  static void share(String field, double value) {
    check(field, value, value >= 0 && value <= 1, "0 to 1");
  }
}
