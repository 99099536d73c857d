package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * Progressive depth: a new model has half of its layers first, which makes a step cheaper, and at
 * some point of the run the layers that it has learned once more on top of themselves (Gong et al.
 * 2019, Efficient Training of BERT by Progressively Stacking; Du et al. 2024, arXiv 2405.15319). Of
 * a pooled model it is the layers over patches that grow.
 *
 * @param at share of the run after which the model has all of its layers, above 0 and below 1
 */
public record GrowthConfig(double at) {
  public GrowthConfig {
    check("growth.at", at, at > 0 && at < 1, "above 0, below 1");
  }

  /** Layers at the start of a model that is to have so many, at least 2. */
  public static int layersAtFirst(int layers) {
    return Math.ceilDiv(layers, 2);
  }
}
