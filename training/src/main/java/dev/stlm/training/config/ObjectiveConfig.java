package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * What a run minimises, besides the cross-entropy of the next id.
 *
 * @param draftWeight weight, from 0 to 100, of the mean cross-entropy of the drafts of later ids,
 *     where the model makes drafts
 */
public record ObjectiveConfig(double draftWeight) {
  /** The next id, and drafts where the model makes them. */
  public static final ObjectiveConfig DEFAULT = new ObjectiveConfig(0.3);

  public ObjectiveConfig {
    check("draftWeight", draftWeight, draftWeight >= 0 && draftWeight <= 100, "0 to 100");
  }
}
