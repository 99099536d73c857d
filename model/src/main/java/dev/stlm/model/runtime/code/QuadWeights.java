package dev.stlm.model.runtime.code;

/** How weights lie in a panel: what a 32-bit lane holds of one output. */
public enum QuadWeights {
  /** Four inputs, a byte each, 128 more than the weight. */
  BYTES(4, 7),

  /**
   * Eight inputs, four bits each, 8 more than the weight: in the lower halves of the bytes four of
   * the first half of a block, in the upper ones those as far on in its second half.
   */
  NIBBLES(8, 3);

  private final int inputs;
  private final int excessBits;

  QuadWeights(int inputs, int excessBits) {
    this.inputs = inputs;
    this.excessBits = excessBits;
  }

  /** Inputs in a lane. */
  public int inputs() {
    return inputs;
  }

  /** Weights are stored 2 to the power of it too large. */
  int excessBits() {
    return excessBits;
  }
}
