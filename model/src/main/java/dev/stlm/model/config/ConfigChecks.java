package dev.stlm.model.config;

import dev.stlm.tokenizer.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** The checks that config records share, each naming the field and what is allowed. */
final class ConfigChecks {
  private ConfigChecks() {}

  static void range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(field, value, "a whole number from " + min + " to " + max);
    }
  }

  static void positive(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw invalid(field, value, "a positive finite number");
    }
  }

  static void present(String field, @Nullable Object value) {
    if (value == null) {
      throw new InvalidInputException("config: " + field + " is missing; give it a value");
    }
  }

  static InvalidInputException invalid(String field, Object value, String allowed) {
    return new InvalidInputException("config: " + field + " is " + value + "; allowed: " + allowed);
  }
}
