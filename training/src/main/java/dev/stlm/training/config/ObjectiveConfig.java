package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

import java.util.Optional;

/**
 * What a run minimises, besides the cross-entropy of the next id.
 *
 * @param draftWeight weight, from 0 to 100, of the mean cross-entropy of the drafts of later ids,
 *     where the model makes drafts
 * @param nextPatchWeight weight, from 0 to 100, of the mean cross-entropy of all bytes of the next
 *     patch from what a pooled model knows after the patch before it (patch-level training, Shao et
 *     al. 2024, arXiv 2407.12665); 0: none
 * @param masking sequences with masked ids beside the others, if any; for flat models of bytes
 * @param dropout what falls out of the blocks, if anything
 */
public record ObjectiveConfig(
    double draftWeight,
    double nextPatchWeight,
    Optional<MaskingConfig> masking,
    Optional<DropoutConfig> dropout) {
  /** The next id, and drafts where the model makes them. */
  public static final ObjectiveConfig DEFAULT = new ObjectiveConfig(0.3);

  public ObjectiveConfig {
    check("draftWeight", draftWeight, draftWeight >= 0 && draftWeight <= 100, "0 to 100");
    check(
        "nextPatchWeight",
        nextPatchWeight,
        nextPatchWeight >= 0 && nextPatchWeight <= 100,
        "0 to 100");
  }

  /** The next id and drafts alone. */
  public ObjectiveConfig(double draftWeight) {
    this(draftWeight, 0, Optional.empty(), Optional.empty());
  }

  /** The same with a weight of the next patch. */
  public ObjectiveConfig withNextPatch(double weight) {
    return new ObjectiveConfig(draftWeight, weight, masking, dropout);
  }

  /** The same with masked sequences. */
  public ObjectiveConfig with(MaskingConfig other) {
    return new ObjectiveConfig(draftWeight, nextPatchWeight, Optional.of(other), dropout);
  }

  /** The same with dropout. */
  public ObjectiveConfig with(DropoutConfig other) {
    return new ObjectiveConfig(draftWeight, nextPatchWeight, masking, Optional.of(other));
  }
}
