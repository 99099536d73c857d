package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;
import static dev.stlm.training.config.SettingChecks.share;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How gradients change parameters. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(value = OptimizerConfig.AdamW.class, name = "adamw")})
public sealed interface OptimizerConfig {
  /** Peak learning rate; {@link ScheduleConfig} says how it is reached and left. */
  double learningRate();

  /** Largest global norm of the gradients. */
  double clip();

  /** AdamW as suits small models and short runs, with this peak. */
  static OptimizerConfig of(double learningRate) {
    return new AdamW(learningRate, 0.1, 0.9, 0.95, 1e-8, 1);
  }

  /**
   * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101).
   *
   * @param weightDecay of projections, times the learning rate; gains and tables do not decay
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   */
  record AdamW(
      double learningRate,
      double weightDecay,
      double beta1,
      double beta2,
      double epsilon,
      double clip)
      implements OptimizerConfig {
    public AdamW {
      common(learningRate, clip);
      check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay <= 100, "0 to 100");
      share("beta1", beta1, 0.999999);
      share("beta2", beta2, 0.999999);
      check("epsilon", epsilon, epsilon > 0 && epsilon <= 1, "above 0, to 1");
    }
  }

  private static void common(double learningRate, double clip) {
    check("learningRate", learningRate, learningRate > 0 && learningRate <= 10, "above 0, to 10");
    check("clip", clip, clip > 0 && clip <= 1e9, "above 0, to 1e9");
  }
}
