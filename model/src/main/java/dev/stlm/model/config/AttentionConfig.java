package dev.stlm.model.config;

import java.util.Optional;

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with rotary positions (Su et al.
 * 2021, arXiv 2104.09864; pairs are the two halves of what rotates, as in Llama checkpoints).
 *
 * @param heads query heads, H ≥ 1
 * @param kvHeads key and value heads, K, a divisor of H
 * @param headWidth width of one head, even
 * @param ropeTheta base of the rotary frequencies
 * @param qkNorm whether queries and keys are RMS-normed per head, with a learned gain, before the
 *     rotation (Henry et al. 2020)
 * @param window how many positions a position sees, itself included: i sees j where 0 ≤ i − j &lt;
 *     window; absent: all before it (Beltagy et al. 2020, arXiv 2004.05150)
 * @param valueResidual whether every layer but the first mixes its values with those of the first,
 *     by two learned numbers (Zhou et al. 2024, arXiv 2410.17897)
 * @param ropeScaling how the rotary frequencies are changed, if they are
 * @param ropeWidth leading channels of each head that rotate, even; absent: all
 */
public record AttentionConfig(
    int heads,
    int kvHeads,
    int headWidth,
    double ropeTheta,
    boolean qkNorm,
    Optional<Integer> window,
    Optional<Boolean> valueResidual,
    Optional<RopeScaling> ropeScaling,
    Optional<Integer> ropeWidth) {

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
    window = ConfigChecks.orEmpty(window);
    window.ifPresent(w -> ConfigChecks.range("attention.window", w, 1, 1 << 20));
    valueResidual = ConfigChecks.orEmpty(valueResidual).filter(v -> v);
    ropeScaling = ConfigChecks.orEmpty(ropeScaling);
    ropeWidth = ConfigChecks.orEmpty(ropeWidth);
    if (ropeWidth.isPresent()) {
      int w = ropeWidth.get();
      ConfigChecks.range("attention.ropeWidth", w, 2, headWidth);
      if (w % 2 != 0) {
        throw ConfigChecks.invalid("attention.ropeWidth", w, "an even number");
      }
    }
    int pairs = ropeWidth.orElse(headWidth) / 2;
    if (ropeScaling.orElse(null) instanceof RopeScaling.Longrope l
        && l.shortFactors().size() != pairs) {
      throw ConfigChecks.invalid(
          "attention.ropeScaling.shortFactors",
          l.shortFactors().size() + " numbers",
          pairs + " numbers, one a pair of rotating channels");
    }
  }

  /** Plain: sees all before it, rotates whole heads by plain frequencies. */
  public AttentionConfig(int heads, int kvHeads, int headWidth, double ropeTheta, boolean qkNorm) {
    this(
        heads,
        kvHeads,
        headWidth,
        ropeTheta,
        qkNorm,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with a sliding window. */
  public AttentionConfig withWindow(int positions) {
    return new AttentionConfig(
        heads,
        kvHeads,
        headWidth,
        ropeTheta,
        qkNorm,
        Optional.of(positions),
        valueResidual,
        ropeScaling,
        ropeWidth);
  }

  /** The same with or without value residual. */
  public AttentionConfig withValueResidual(boolean mixes) {
    return new AttentionConfig(
        heads,
        kvHeads,
        headWidth,
        ropeTheta,
        qkNorm,
        window,
        Optional.of(mixes),
        ropeScaling,
        ropeWidth);
  }

  /** Rows of the fused query-key-value projection: (H + 2K) · headWidth. */
  public int qkvRows() {
    return (heads + 2 * kvHeads) * headWidth;
  }

  /** Whether layers after the first mix their values with those of the first. */
  public boolean mixesValues() {
    return valueResidual.isPresent();
  }

  /** Leading channels of each head that rotate. */
  public int rotated() {
    return ropeWidth.orElse(headWidth);
  }
}
