package dev.stlm.model.config;

/**
 * Which weights the layers of a stack share. What is shared is stored, trained, pruned, quantised
 * and counted once.
 *
 * @param ffnGroup layers in a row with one feed-forward part: 1 gives each its own, the number of
 *     layers one to all (MobiLlama, Thawakar et al. 2024, arXiv 2402.16840)
 * @param ffnDeltaRank rank of the low-rank matrices that each layer adds to the projections of its
 *     feed-forward part; 0: none (Super Tiny Language Models, arXiv 2405.14159)
 * @param attentionOutput whether all layers have one output projection of attention
 * @param repeats how often the whole stack runs, one after the other, with the same weights; 1:
 *     once (Universal Transformer, Dehghani et al. 2019, arXiv 1807.03819)
 */
public record SharingConfig(int ffnGroup, int ffnDeltaRank, boolean attentionOutput, int repeats) {
  /** Nothing is shared. */
  static final SharingConfig NONE = new SharingConfig(1, 0, false, 1);

  public SharingConfig {
    ConfigChecks.range("sharing.ffnGroup", ffnGroup, 1, 1024);
    ConfigChecks.range("sharing.ffnDeltaRank", ffnDeltaRank, 0, 1 << 16);
    ConfigChecks.range("sharing.repeats", repeats, 1, 64);
  }

  /** The same among so many layers: a group has no more than there are. */
  SharingConfig among(int layers) {
    return new SharingConfig(Math.min(ffnGroup, layers), ffnDeltaRank, attentionOutput, repeats);
  }
}
