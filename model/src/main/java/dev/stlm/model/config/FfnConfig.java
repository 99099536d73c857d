package dev.stlm.model.config;

/**
 * The feed-forward part of a block.
 *
 * @param width number of hidden channels, F ≥ 1
 * @param activation what happens between the projections
 */
public record FfnConfig(int width, Activation activation) {

  public FfnConfig {
    ConfigChecks.range("ffn.width", width, 1, 1 << 18);
    ConfigChecks.present("ffn.activation", activation);
  }

  /** Rows of the first projection: gate and up stacked for a gated activation, else up alone. */
  public int inputRows() {
    return activation.gated() ? 2 * width : width;
  }
}
