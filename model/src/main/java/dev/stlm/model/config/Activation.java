package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The function between the two feed-forward projections. */
public enum Activation {
  /** silu(gate · x) ⊙ (up · x) (Shazeer 2020, arXiv 2002.05202). */
  @JsonProperty("swiglu")
  SWIGLU(true),
  /** max(0, up · x)² (So et al. 2021, arXiv 2109.08668). */
  @JsonProperty("relu2")
  RELU2(false),
  /**
   * u · Φ(u) of u = up · x, by the tanh approximation (Hendrycks and Gimpel 2016, arXiv
   * 1606.08415).
   */
  @JsonProperty("gelu")
  GELU(false);

  private final boolean gated;

  Activation(boolean gated) {
    this.gated = gated;
  }

  /** Whether the first projection has a gate half (rows 0..F-1) before the up half. */
  public boolean gated() {
    return gated;
  }
}
