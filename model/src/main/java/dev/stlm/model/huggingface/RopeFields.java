package dev.stlm.model.huggingface;

import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.huggingface.SourceConfig.Family;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Rotary positions as a config has them: {@code rope_theta} and {@code rope_scaling}, or all of it
 * in {@code rope_parameters}.
 *
 * @param theta base of the frequencies
 * @param scaling how they are changed
 * @param width leading channels of a head that rotate, where not all do
 */
record RopeFields(double theta, Optional<RopeScaling> scaling, Optional<Integer> width) {
  private static final double DEFAULT_THETA = 10_000;
  private static final String ORIGINAL = "original_max_position_embeddings";

  static RopeFields read(Fields f, Family family, int headWidth, int context) {
    Optional<Integer> original = family == Family.PHI3 ? f.whole(ORIGINAL) : Optional.empty();
    Optional<Double> theta = f.number("rope_theta");
    Optional<Double> partial = f.number("partial_rotary_factor");
    Optional<Fields> old = f.object("rope_scaling");
    Optional<Fields> parameters = f.object("rope_parameters");
    if (old.isPresent() && parameters.isPresent()) {
      throw f.invalid("has rope_scaling and rope_parameters; keep one of them");
    }
    Optional<RopeScaling> scaling = Optional.empty();
    if (old.or(() -> parameters).isPresent()) {
      Fields rope = old.or(() -> parameters).get();
      theta = same(rope, "rope_theta", theta);
      partial = same(rope, "partial_rotary_factor", partial);
      scaling = scaling(rope, family, original, context);
      rope.refuseOthers(Set.of());
    }
    return new RopeFields(
        theta.orElse(DEFAULT_THETA), scaling, width(f, family, partial, headWidth));
  }

  private static Optional<Double> same(Fields rope, String name, Optional<Double> outside) {
    Optional<Double> inside = rope.number(name);
    if (inside.isPresent() && outside.isPresent() && !inside.equals(outside)) {
      throw rope.unsupported(name, inside.get(), "what it is outside, " + outside.get());
    }
    return inside.or(() -> outside);
  }

  private static Optional<RopeScaling> scaling(
      Fields f, Family family, Optional<Integer> outerOriginal, int context) {
    Optional<String> older = f.text("type");
    Optional<String> type = f.text("rope_type").or(() -> older);
    if (older.isPresent() && !Objects.equals(type, older)) {
      throw f.unsupported("type", older.get(), "the same as rope_type");
    }
    Optional<Integer> original =
        family == Family.PHI3 ? f.whole(ORIGINAL).or(() -> outerOriginal) : Optional.empty();
    return switch (type.orElse("default")) {
      case "default" -> Optional.empty();
      case "linear" -> Optional.of(new RopeScaling.Linear(required(f, "factor")));
      case "llama3" ->
          Optional.of(
              new RopeScaling.Llama3(
                  required(f, "factor"),
                  required(f, "low_freq_factor"),
                  required(f, "high_freq_factor"),
                  f.count(ORIGINAL)));
      // the name in the first Phi-3 files
      case "longrope", "su" ->
          Optional.of(longrope(f, original.orElseGet(() -> f.count(ORIGINAL)), context));
      default -> throw f.unsupported("rope_type", type.get(), "default, linear, llama3, longrope");
    };
  }

  private static RopeScaling longrope(Fields f, int original, int context) {
    if (original < 2) {
      throw f.unsupported(ORIGINAL, original, "a whole number from 2 on");
    }
    double factor = f.number("factor").orElse((double) context / original);
    double attention = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return new RopeScaling.Longrope(
        factors(f, "short_factor"),
        factors(f, "long_factor"),
        original,
        f.number("attention_factor").orElse(attention));
  }

  private static List<Double> factors(Fields f, String name) {
    return f.numbers(name).orElseThrow(() -> f.missing(name));
  }

  private static double required(Fields f, String name) {
    return f.number(name).orElseThrow(() -> f.missing(name));
  }

  private static Optional<Integer> width(
      Fields f, Family family, Optional<Double> partial, int headWidth) {
    double part = partial.orElse(1.0);
    int width = (int) (headWidth * part);
    if (part == 1) {
      return Optional.empty();
    }
    if (family != Family.PHI3 || !(part > 0 && part < 1) || width < 2 || width % 2 != 0) {
      throw f.unsupported(
          "partial_rotary_factor",
          part,
          family == Family.PHI3
              ? "a part of 1 that gives an even number of the " + headWidth + " channels of a head"
              : "1 for model_type " + family.type());
    }
    return Optional.of(width);
  }
}
