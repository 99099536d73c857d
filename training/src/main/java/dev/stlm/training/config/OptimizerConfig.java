package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;
import static dev.stlm.training.config.SettingChecks.share;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;

/** How gradients change parameters. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OptimizerConfig.AdamW.class, name = "adamw"),
  @JsonSubTypes.Type(value = OptimizerConfig.Muon.class, name = "muon")
})
public sealed interface OptimizerConfig {
  /** Peak learning rate; {@link ScheduleConfig} says how it is reached and left. */
  double learningRate();

  /** Weight decay of projections, times the learning rate; gains and tables do not decay. */
  double weightDecay();

  /** Largest global norm of the gradients. */
  double clip();

  /** The same with other values of what all optimisers have. */
  OptimizerConfig with(double learningRate, double weightDecay, double clip);

  /** AdamW as suits small models and short runs, with this peak. */
  static OptimizerConfig of(double learningRate) {
    return new AdamW(learningRate, 0.1, 0.9, 0.95, 1e-8, 1);
  }

  /** Muon as suits small models and short runs, with this peak. */
  static OptimizerConfig muon(double learningRate) {
    return new Muon(learningRate, 0.1, 0.95, 0.9, 0.95, 1e-8, 1);
  }

  /** The names that {@link #named} knows. */
  static List<String> names() {
    return List.of("adamw", "muon");
  }

  /**
   * An optimiser by name, with the learning rate that was best for small models.
   *
   * @throws InvalidInputException if there is none of that name
   */
  static OptimizerConfig named(String name) {
    return switch (name) {
      case "adamw" -> of(4e-3);
      case "muon" -> muon(8e-3);
      default ->
          throw new InvalidInputException(
              "unknown optimizer \"" + name + "\"; allowed: " + String.join(", ", names()));
    };
  }

  /**
   * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101).
   *
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
      common(learningRate, weightDecay, clip);
      adam(beta1, beta2, epsilon);
    }

    @Override
    public AdamW with(double rate, double decay, double norm) {
      return new AdamW(rate, decay, beta1, beta2, epsilon, norm);
    }
  }

  /**
   * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon) for projections and AdamW for
   * everything else, head included. A projection moves along its momentum with all singular values
   * made about 1, scaled by 0.2 · sqrt(larger dimension), so that its values move about as far as
   * AdamW's (Liu et al. 2025, arXiv 2502.16982) and one learning rate and decay serve both.
   *
   * @param momentum decay of the momentum of projections
   * @param beta1 decay of the first moment of everything else
   * @param beta2 decay of the second moment
   * @param epsilon added to the root of the second moment
   */
  record Muon(
      double learningRate,
      double weightDecay,
      double momentum,
      double beta1,
      double beta2,
      double epsilon,
      double clip)
      implements OptimizerConfig {
    public Muon {
      common(learningRate, weightDecay, clip);
      share("momentum", momentum, 0.999999);
      adam(beta1, beta2, epsilon);
    }

    @Override
    public Muon with(double rate, double decay, double norm) {
      return new Muon(rate, decay, momentum, beta1, beta2, epsilon, norm);
    }
  }

  private static void common(double learningRate, double weightDecay, double clip) {
    check("learningRate", learningRate, learningRate > 0 && learningRate <= 10, "above 0, to 10");
    check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay <= 100, "0 to 100");
    check("clip", clip, clip > 0 && clip <= 1e9, "above 0, to 1e9");
  }

  private static void adam(double beta1, double beta2, double epsilon) {
    share("beta1", beta1, 0.999999);
    share("beta2", beta2, 0.999999);
    check("epsilon", epsilon, epsilon > 0 && epsilon <= 1, "above 0, to 1");
  }
}
