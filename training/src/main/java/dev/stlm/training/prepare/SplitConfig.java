package dev.stlm.training.prepare;

import static dev.stlm.training.prepare.SettingCheck.check;
import static dev.stlm.training.prepare.SettingCheck.share;

import dev.stlm.training.data.Split;

/**
 * Shares of the documents that are not learned. What a document is for follows from its bytes and
 * the seed alone: it is the same whatever else is prepared, and in whatever order.
 *
 * @param valid share that is measured on while training
 * @param test share that is kept for the end; valid and test together are below 1
 */
public record SplitConfig(double valid, double test) {
  /** One in a hundred each. */
  public static final SplitConfig DEFAULT = new SplitConfig(0.01, 0.01);

  public SplitConfig {
    share("valid", valid);
    share("test", test);
    check("valid + test", valid + test, valid + test < 1, "below 1");
  }

  /**
   * What a document is for.
   *
   * @param place uniform over documents, from 0 to below 1
   */
  public Split of(double place) {
    if (place < valid) {
      return Split.VALID;
    }
    return place < valid + test ? Split.TEST : Split.TRAIN;
  }
}
