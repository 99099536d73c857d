package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How rotary frequencies are changed so that a model reads more than it was first trained on. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RopeScaling.Linear.class, name = "linear"),
  @JsonSubTypes.Type(value = RopeScaling.Llama3.class, name = "llama3"),
  @JsonSubTypes.Type(value = RopeScaling.Longrope.class, name = "longrope")
})
public sealed interface RopeScaling {
  /**
   * Every frequency divided by one factor (Chen et al. 2023, arXiv 2306.15595).
   *
   * @param factor at least 1
   */
  record Linear(double factor) implements RopeScaling {
    public Linear {
      atLeastOne(factor);
    }
  }

  /**
   * Low frequencies divided, high ones kept, those between mixed (Llama 3.1; Grattafiori et al.
   * 2024, arXiv 2407.21783).
   *
   * @param factor what low frequencies are divided by, at least 1
   * @param lowFreqFactor wavelengths above originalContext / lowFreqFactor are low
   * @param highFreqFactor wavelengths below originalContext / highFreqFactor are high; above
   *     lowFreqFactor
   * @param originalContext positions of the first training
   */
  record Llama3(double factor, double lowFreqFactor, double highFreqFactor, int originalContext)
      implements RopeScaling {
    public Llama3 {
      atLeastOne(factor);
      ConfigChecks.positive("attention.ropeScaling.lowFreqFactor", lowFreqFactor);
      ConfigChecks.positive("attention.ropeScaling.highFreqFactor", highFreqFactor);
      if (highFreqFactor <= lowFreqFactor) {
        throw ConfigChecks.invalid(
            "attention.ropeScaling.highFreqFactor",
            highFreqFactor,
            "more than lowFreqFactor (" + lowFreqFactor + ")");
      }
      context(originalContext);
    }
  }

  /**
   * A divisor for each frequency, one list for short sequences and one for long ones (Ding et al.
   * 2024, arXiv 2402.13753).
   *
   * @param shortFactors for sequences up to originalContext, one a pair of channels
   * @param longFactors for longer sequences, as many
   * @param originalContext positions of the first training
   * @param attentionFactor what rotated queries and keys are multiplied by
   */
  record Longrope(
      List<Double> shortFactors,
      List<Double> longFactors,
      int originalContext,
      double attentionFactor)
      implements RopeScaling {
    public Longrope {
      ConfigChecks.present("attention.ropeScaling.shortFactors", shortFactors);
      ConfigChecks.present("attention.ropeScaling.longFactors", longFactors);
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
      shortFactors.forEach(f -> ConfigChecks.positive("attention.ropeScaling.shortFactors", f));
      longFactors.forEach(f -> ConfigChecks.positive("attention.ropeScaling.longFactors", f));
      if (shortFactors.size() != longFactors.size()) {
        throw ConfigChecks.invalid(
            "attention.ropeScaling.longFactors",
            longFactors.size() + " numbers",
            "as many as shortFactors (" + shortFactors.size() + ")");
      }
      context(originalContext);
      ConfigChecks.positive("attention.ropeScaling.attentionFactor", attentionFactor);
    }
  }

  private static void atLeastOne(double factor) {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw ConfigChecks.invalid("attention.ropeScaling.factor", factor, "a number from 1 on");
    }
  }

  private static void context(int value) {
    ConfigChecks.range("attention.ropeScaling.originalContext", value, 1, 1 << 20);
  }
}
