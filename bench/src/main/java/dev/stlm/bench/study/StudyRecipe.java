package dev.stlm.bench.study;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a study compares.
 *
 * @param title of the report
 * @param flops training operations of every run: three times the forward operations (one forward
 *     and two backward passes) of every id that is read, as {@link dev.stlm.model.accounting.Flops}
 *     counts them
 * @param seconds time of every run, in place of operations
 * @param sequence ids of a sequence
 * @param batch sequences of a step
 * @param learningRate peak
 * @param seeds of initial values and of the order of the text; one run a variant and seed
 * @param training a JSON merge patch (RFC 7396) on the settings of training: optimiser, schedule,
 *     objective and so on, as {@link dev.stlm.training.config.TrainingConfig} names them
 * @param heldOutBytes how much of the held-out text is scored, from its start
 * @param variants the models; the first is the one that others are compared with
 */
public record StudyRecipe(
    String title,
    Optional<Double> flops,
    Optional<Double> seconds,
    int sequence,
    int batch,
    double learningRate,
    Optional<JsonNode> training,
    List<Long> seeds,
    int heldOutBytes,
    List<Variant> variants) {

  /**
   * One model of the study.
   *
   * @param name unique
   * @param group heading of the part of the table that it stands in
   * @param base name of an earlier variant whose model this one changes
   * @param model its config, or where {@code base} is given a JSON merge patch (RFC 7396) on that
   *     of the base: what is to be different, and null for what is to go
   * @param preset name of a preset instead of a model
   * @param tokenizer type of its tokenizer; absent: that of the base, or bytes
   * @param sequence other ids a sequence than the recipe's
   * @param learningRate another peak than the recipe's
   * @param flops other training operations than the recipe's
   * @param training a JSON merge patch on the settings of training of its base, or of the recipe
   */
  public record Variant(
      String name,
      String group,
      Optional<String> base,
      Optional<JsonNode> model,
      Optional<String> preset,
      Optional<String> tokenizer,
      Optional<Integer> sequence,
      Optional<Double> learningRate,
      Optional<Double> flops,
      Optional<JsonNode> training) {
    public Variant {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9 +.,=()-]{0,60}")) {
        throw invalid(
            "name",
            name,
            "letters, digits, blanks and + . , = ( ) -, starting with a letter or digit");
      }
      if (model.isPresent() && preset.isPresent()) {
        throw invalid("preset", preset.get(), "none beside a model");
      }
    }
  }

  public StudyRecipe {
    if (flops.isPresent() == seconds.isPresent()) {
      throw new InvalidInputException(
          "the budget of a study is flops or seconds; give one of the two");
    }
    flops.ifPresent(f -> positive("flops", f));
    seconds.ifPresent(s -> positive("seconds", s));
    range("sequence", sequence, 1, 1 << 20);
    range("batch", batch, 1, 1 << 16);
    positive("learningRate", learningRate);
    range("heldOutBytes", heldOutBytes, 1, 1 << 28);
    seeds = List.copyOf(seeds);
    variants = List.copyOf(variants);
    range("the number of seeds", new HashSet<>(seeds).size(), seeds.size(), 1000);
    range("the number of seeds", seeds.size(), 1, 1000);
    range("the number of variants", variants.size(), 1, 1000);
    Set<String> names = new HashSet<>();
    for (Variant v : variants) {
      if (v.base().isPresent() && !names.contains(v.base().get())) {
        throw invalid(v.name() + ": base", v.base().get(), "the name of an earlier variant");
      }
      if (v.flops().isPresent() && seconds.isPresent()) {
        throw invalid(v.name() + ": flops", v.flops().get(), "none where the budget is seconds");
      }
      if (!names.add(v.name())) {
        throw invalid("variants: name", v.name(), "a name of its own");
      }
    }
  }

  /** Reads a recipe; one line says what is wrong with it. */
  public static StudyRecipe read(Path file) {
    return StrictJson.read(file, StudyRecipe.class);
  }

  static void range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(field, value, "a whole number from " + min + " to " + max);
    }
  }

  static void positive(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw invalid(field, value, "a positive finite number");
    }
  }

  static InvalidInputException invalid(String field, Object value, String allowed) {
    return new InvalidInputException(field + " is " + value + "; allowed: " + allowed);
  }
}
