package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * Low-rank adapters (Hu et al. 2021, arXiv 2106.09685): a projection W is used as W + alpha / rank
 * · B · A, and only A and B are learned.
 *
 * @param rank rows of A and columns of B, r; at most the smaller side of a projection is of use
 * @param alpha what the change is scaled by, divided by the rank
 */
public record LowRankConfig(int rank, double alpha) {
  public LowRankConfig {
    check("lora rank", rank, rank >= 1 && rank <= 4096, "1 to 4096");
    check("lora alpha", alpha, alpha > 0 && alpha <= 1e6, "above 0, to 1000000");
  }

  /** With alpha twice the rank, as is usual. */
  public static LowRankConfig of(int rank) {
    return new LowRankConfig(rank, 2.0 * rank);
  }

  /** alpha / rank. */
  public double scale() {
    return alpha / rank;
  }
}
