package dev.stlm.bench.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.accounting.Flops;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A recipe with every variant resolved: its config, and the settings of its training with the steps
 * that its operations buy.
 *
 * @param variants in the order of the recipe
 */
public record StudyPlan(StudyRecipe recipe, List<Variant> variants) {
  private static final int BACKWARD_AND_FORWARD = 3;

  /**
   * A resolved variant.
   *
   * @param tokenizer its type
   * @param bytesPerPatch mean length of a patch in the training text; 1 for a flat model
   * @param flopsPerId training operations of one id, at the mean position of a sequence
   * @param training its settings but for the seed
   */
  public record Variant(
      String name,
      String group,
      ModelConfig config,
      String tokenizer,
      double bytesPerPatch,
      double flopsPerId,
      TrainingConfig training) {}

  /**
   * Resolves a recipe.
   *
   * @param sample a part of the training text, to measure patches in
   * @throws InvalidInputException if a variant's config is refused, in one line that names it
   */
  public static StudyPlan of(StudyRecipe recipe, byte[] sample) {
    Map<String, JsonNode> models = new HashMap<>();
    Map<String, String> tokenizers = new HashMap<>();
    Map<String, JsonNode> trainings = new HashMap<>();
    List<Variant> variants = new ArrayList<>();
    for (StudyRecipe.Variant v : recipe.variants()) {
      JsonNode model = model(v, models);
      String tokenizer =
          v.tokenizer().orElse(v.base().map(tokenizers::get).orElse(ByteTokenizer.TYPE));
      models.put(v.name(), model);
      tokenizers.put(v.name(), tokenizer);
      ModelConfig config =
          StrictJson.read(model, ModelConfig.class, "variant \"" + v.name() + "\"");
      JsonNode training = merged(v.base().map(trainings::get).or(recipe::training), v.training());
      trainings.put(v.name(), training);
      variants.add(resolve(recipe, v, config, tokenizer, training, sample));
    }
    return new StudyPlan(recipe, List.copyOf(variants));
  }

  private static JsonNode model(StudyRecipe.Variant v, Map<String, JsonNode> models) {
    if (v.base().isPresent()) {
      JsonNode base = Objects.requireNonNull(models.get(v.base().get())); // the recipe checks it
      return v.model().map(patch -> merge(base, patch)).orElse(base);
    }
    if (v.preset().isPresent()) {
      return StrictJson.tree(Presets.named(v.preset().get()));
    }
    return v.model()
        .orElseThrow(() ->
            new InvalidInputException(
                "variant \"" + v.name() + "\": has no base, no preset and no model; give one"));
  }

  /** One patch after the other. */
  private static JsonNode merged(Optional<JsonNode> first, Optional<JsonNode> second) {
    JsonNode base = first.orElse(JsonNodeFactory.instance.objectNode());
    return second.map(patch -> merge(base, patch)).orElse(base);
  }

  /** JSON merge patch (RFC 7396). */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged =
        target != null && target.isObject()
            ? target.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    patch
        .properties()
        .forEach(change -> {
          if (change.getValue().isNull()) {
            merged.remove(change.getKey());
          } else {
            JsonNode before = merged.path(change.getKey());
            merged.set(change.getKey(), merge(before, change.getValue()));
          }
        });
    return merged;
  }

  private static Variant resolve(
      StudyRecipe recipe,
      StudyRecipe.Variant v,
      ModelConfig config,
      String tokenizer,
      JsonNode patch,
      byte[] sample) {
    int sequence = v.sequence().orElse(recipe.sequence());
    if (sequence > config.contextLength()) {
      throw StudyRecipe.invalid(
          "variant \"" + v.name() + "\": sequence",
          sequence,
          "at most its contextLength of " + config.contextLength());
    }
    double bytesPerPatch =
        switch (config) {
          case FlatConfig _ -> 1;
          case PooledConfig c -> c.patcher().create().meanPatch(sample);
        };
    double forward = Flops.of(config, sequence / 2, bytesPerPatch).total() + Flops.draft(config);
    double perId = BACKWARD_AND_FORWARD * forward;
    TrainingConfig usual =
        TrainingConfig.of(
                Budget.ofSteps(1),
                new BatchConfig(recipe.batch(), sequence, 1),
                OptimizerConfig.of(v.learningRate().orElse(recipe.learningRate())))
            .withValidations(0);
    TrainingConfig training =
        StrictJson.read(
            merge(StrictJson.tree(usual), patch),
            TrainingConfig.class,
            "variant \"" + v.name() + "\": training");
    Budget budget =
        recipe
            .seconds()
            .map(Budget::ofSeconds)
            .orElseGet(() -> {
              double flops = v.flops().or(recipe::flops).orElseThrow(); // the recipe checks it
              long steps = Math.max(1, Math.round(flops / (perId * training.batch().ids())));
              return Budget.ofSteps(Math.toIntExact(Math.min(steps, Budget.UNLIMITED - 1)));
            });
    return new Variant(
        v.name(), v.group(), config, tokenizer, bytesPerPatch, perId, training.with(budget));
  }
}
