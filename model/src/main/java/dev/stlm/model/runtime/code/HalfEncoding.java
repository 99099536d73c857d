package dev.stlm.model.runtime.code;

/** The two ways in which 16 bits are a number. */
public enum HalfEncoding {
  /** The upper half of a 32-bit float. */
  BF16,
  /** IEEE 754 binary16. */
  F16
}
