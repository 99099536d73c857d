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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A recipe with every variant resolved: its config, and the steps that its operations buy.
 *
 * @param variants in the order of the recipe
 */
public record StudyPlan(StudyRecipe recipe, List<Variant> variants) {
  private static final int BACKWARD_AND_FORWARD = 3;

  /**
   * A resolved variant.
   *
   * @param tokenizer its type
   * @param sequence ids of a sequence
   * @param bytesPerPatch mean length of a patch in the training text; 1 for a flat model
   * @param flopsPerId training operations of one id, at the mean position of a sequence
   * @param steps optimiser steps, at least 1
   */
  public record Variant(
      String name,
      String group,
      ModelConfig config,
      String tokenizer,
      int sequence,
      double learningRate,
      double bytesPerPatch,
      double flopsPerId,
      int steps) {}

  /**
   * Resolves a recipe.
   *
   * @param sample a part of the training text, to measure patches in
   * @throws InvalidInputException if a variant's config is refused, in one line that names it
   */
  public static StudyPlan of(StudyRecipe recipe, byte[] sample) {
    Map<String, JsonNode> models = new HashMap<>();
    Map<String, String> tokenizers = new HashMap<>();
    List<Variant> variants = new ArrayList<>();
    for (StudyRecipe.Variant v : recipe.variants()) {
      JsonNode model = model(v, models);
      String tokenizer =
          v.tokenizer().orElse(v.base().map(tokenizers::get).orElse(ByteTokenizer.TYPE));
      models.put(v.name(), model);
      tokenizers.put(v.name(), tokenizer);
      ModelConfig config =
          StrictJson.read(model, ModelConfig.class, "variant \"" + v.name() + "\"");
      variants.add(resolve(recipe, v, config, tokenizer, sample));
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
    double perStep = perId * recipe.batch() * sequence;
    long steps = Math.max(1, Math.round(v.flops().orElse(recipe.flops()) / perStep));
    return new Variant(
        v.name(),
        v.group(),
        config,
        tokenizer,
        sequence,
        v.learningRate().orElse(recipe.learningRate()),
        bytesPerPatch,
        perId,
        Math.toIntExact(Math.min(steps, Integer.MAX_VALUE - 1)));
  }
}
