package dev.stlm.training.config;

/** In what precision a training step multiplies matrices. */
public enum Precision {
  /** {@link #MIXED} where the device multiplies bfloat16 in hardware, else {@link #FLOAT32}. */
  AUTO,
  /** 32-bit floats. */
  FLOAT32,
  /**
   * Products of bfloat16 with sums, weights and optimiser in 32 bits (Micikevicius et al. 2018,
   * arXiv 1710.03740); on a GPU attention, too, and what goes from one product to the next.
   * Validation and results are in 32 bits all the same.
   */
  MIXED;

  /**
   * What a run uses.
   *
   * @param bfloat16 whether the device multiplies bfloat16 in hardware
   */
  public Precision resolve(boolean bfloat16) {
    if (this != AUTO) {
      return this;
    }
    return bfloat16 ? MIXED : FLOAT32;
  }
}
