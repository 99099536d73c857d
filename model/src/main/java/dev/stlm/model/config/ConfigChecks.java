package dev.stlm.model.config;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Optional;
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

  static Optional<Integer> smear(Optional<Integer> channels, int width) {
    orEmpty(channels).ifPresent(n -> range("smear", n, 1, width));
    return orEmpty(channels);
  }

  static Optional<Double> softCap(Optional<Double> cap) {
    orEmpty(cap).ifPresent(c -> positive("logitSoftCap", c));
    return orEmpty(cap);
  }

  static Optional<Integer> future(Optional<Integer> ids) {
    orEmpty(ids).ifPresent(n -> range("futureIds", n, 1, 16));
    return orEmpty(ids);
  }

  /** An optional component that was left out may arrive as null. */
  static <T> Optional<T> orEmpty(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }

  static InvalidInputException invalid(String field, Object value, String allowed) {
    return new InvalidInputException("config: " + field + " is " + value + "; allowed: " + allowed);
  }
}
