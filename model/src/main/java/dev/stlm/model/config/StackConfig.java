package dev.stlm.model.config;

import java.util.Optional;

/**
 * Pre-norm blocks of attention and feed-forward over one stream of vectors.
 *
 * @param width width of the residual stream, D ≥ 1
 * @param layers number of blocks with weights, L ≥ 0
 * @param attention heads, rotary positions, window
 * @param ffn width and activation of the feed-forward part
 * @param sharing which weights the blocks share, if any
 */
public record StackConfig(
    int width,
    int layers,
    AttentionConfig attention,
    FfnConfig ffn,
    Optional<SharingConfig> sharing) {

  public StackConfig {
    ConfigChecks.range("width", width, 1, 1 << 16);
    ConfigChecks.range("layers", layers, 0, 1024);
    ConfigChecks.present("attention", attention);
    ConfigChecks.present("ffn", ffn);
    sharing = ConfigChecks.orEmpty(sharing);
    if (sharing.isPresent()) {
      ConfigChecks.range("sharing.ffnGroup", sharing.get().ffnGroup(), 1, Math.max(1, layers));
    }
  }

  /** Without sharing. */
  public StackConfig(int width, int layers, AttentionConfig attention, FfnConfig ffn) {
    this(width, layers, attention, ffn, Optional.empty());
  }

  /** The same blocks, of another number. */
  StackConfig withLayers(int number) {
    return new StackConfig(width, number, attention, ffn, sharing.map(s -> s.among(number)));
  }

  /** What is shared; nothing by default. */
  public SharingConfig shares() {
    return sharing.orElse(SharingConfig.NONE);
  }

  /** Blocks that a vector goes through: layers times repeats. */
  public int depth() {
    return layers * shares().repeats();
  }
}
