package dev.stlm.model.config;

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with rotary positions (Su et al.
 * 2021, arXiv 2104.09864; pairs are the two halves of a head, as in Llama checkpoints).
 *
 * @param heads query heads, H ≥ 1
 * @param kvHeads key and value heads, K, a divisor of H
 * @param headWidth width of one head, even
 * @param ropeTheta base of the rotary frequencies
 * @param qkNorm whether queries and keys are RMS-normed per head, with a learned gain, before the
 *     rotation (Henry et al. 2020)
 */
public record AttentionConfig(
    int heads, int kvHeads, int headWidth, double ropeTheta, boolean qkNorm) {

  public AttentionConfig {
    ConfigChecks.range("attention.heads", heads, 1, 1024);
    ConfigChecks.range("attention.kvHeads", kvHeads, 1, heads);
    if (heads % kvHeads != 0) {
      throw ConfigChecks.invalid(
          "attention.kvHeads", kvHeads, "a divisor of attention.heads (" + heads + ")");
    }
    ConfigChecks.range("attention.headWidth", headWidth, 2, 1024);
    if (headWidth % 2 != 0) {
      throw ConfigChecks.invalid("attention.headWidth", headWidth, "an even number");
    }
    ConfigChecks.positive("attention.ropeTheta", ropeTheta);
  }

  /** Rows of the fused query-key-value projection: (H + 2K) · headWidth. */
  public int qkvRows() {
    return (heads + 2 * kvHeads) * headWidth;
  }
}
