package dev.stlm.bench.stats;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as tables print them. */
public final class Decimals {
  private Decimals() {}

  /**
   * A number with a fixed count of decimals, rounded half to even on its exact binary value, as
   * Python's format does; Java's {@code %.4f} rounds the decimal expansion half up.
   */
  public static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
