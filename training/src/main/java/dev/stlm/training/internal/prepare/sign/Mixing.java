package dev.stlm.training.internal.prepare.sign;

/** 64-bit hashes that are good enough to stand for what they are made from. */
final class Mixing {
  private Mixing() {}

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection. */
  static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
