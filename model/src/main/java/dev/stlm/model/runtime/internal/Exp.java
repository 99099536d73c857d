package dev.stlm.model.runtime.internal;

/**
 * e^x for 32-bit floats: x = n ln 2 + r, then a polynomial in r of degree 7 (Cephes, {@code expf})
 * times 2^n. The relative error is below 2e-7 for x in [-87, 88]; values outside are clamped. Both
 * kernel sets evaluate exactly these operations.
 */
final class Exp {
  static final float MIN = -87f;
  static final float MAX = 88f;
  static final float LOG2_E = 1.442695f;

  /** 1.5 · 2^23: adding and subtracting it rounds to the nearest whole number, ties to even. */
  static final float ROUND = 12582912f;

  /** −ln 2 in two parts, the first with few bits so that its multiples are exact. */
  static final float LN2_HIGH = -0.6933594f;

  static final float LN2_LOW = 2.1219444e-4f;
  static final float C5 = 1.9875691e-4f;
  static final float C4 = 1.3981999e-3f;
  static final float C3 = 8.333452e-3f;
  static final float C2 = 4.1665796e-2f;
  static final float C1 = 1.6666666e-1f;
  static final float C0 = 0.5f;

  private Exp() {}

  static float of(float x) {
    float c = Math.min(Math.max(x, MIN), MAX);
    float n = (c * LOG2_E + ROUND) - ROUND;
    float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, c));
    float p = Math.fma(C5, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, C1);
    p = Math.fma(p, r, C0);
    p = Math.fma(p, r * r, r) + 1f;
    return p * Float.intBitsToFloat(((int) n + 127) << 23);
  }
}
