package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.share;

/**
 * An exponential moving average of the weights, which validation and checkpoints then are of: a ← d
 * a + (1 − d) w after each step. It smooths what the learning rate at that time makes noisy (Polyak
 * and Juditsky 1992; Morales-Brotons et al. 2024, arXiv 2411.18704).
 *
 * @param decay d, from 0 to 0.999999; less at the start, see {@link #decay(long)}
 */
public record AveragingConfig(double decay) {
  public AveragingConfig {
    share("averaging.decay", decay, 0.999999);
  }

  /**
   * The decay of a step: at first (1 + step) / (10 + step), so that the initial values are soon
   * forgotten.
   *
   * @param step from 1
   */
  public double decay(long step) {
    return Math.min(decay, (1.0 + step) / (10.0 + step));
  }
}
