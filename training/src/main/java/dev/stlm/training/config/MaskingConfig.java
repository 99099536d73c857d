package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * A mix of masked and causal sequences (GPT-BERT, Charpentier and Samuel 2024, arXiv 2410.24159):
 * some sequences of every batch have spans of masked ids, their positions see all others, and each
 * masked id is predicted at the position before it, where the next id is predicted anyway. The
 * model stays causal when it is used.
 *
 * @param share of the sequences of a batch that are masked, above 0 and below 1; rounded to whole
 *     sequences, at least one of each kind
 * @param rate share of the ids of such a sequence that are masked, about; above 0, to 0.5
 * @param span ids of a masked span on average, from 1 to 64
 */
public record MaskingConfig(double share, double rate, int span) {
  public MaskingConfig {
    check("masking.share", share, share > 0 && share < 1, "above 0, below 1");
    check("masking.rate", rate, rate > 0 && rate <= 0.5, "above 0, to 0.5");
    check("masking.span", span, span >= 1 && span <= 64, "1 to 64");
  }

  /** Masked sequences of so many, which are at least 2. */
  public int sequences(int all) {
    return Math.clamp(Math.round(share * all), 1, all - 1);
  }
}
