package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;

/** What {@code /v1/models} says of a model: OpenAI's fields, and those that tell what it is. */
final class ModelCard {
  private ModelCard() {}

  static ObjectNode of(ServedModel model) {
    ModelConfig config = model.config();
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", model.name())
        .put("object", "model")
        .put("created", model.created())
        .put("owned_by", "stlm")
        .put("context_length", model.contextLength())
        .put("sha256", model.hash().orElse(null))
        .put("architecture", architecture(config))
        .put("parameters", ParameterLayout.of(config).parameterCount())
        .put("vocabulary", config.vocabularySize());
  }

  /** As in {@code config.json}. */
  private static String architecture(ModelConfig config) {
    return switch (config) {
      case FlatConfig flat -> "flat";
      case PooledConfig pooled -> "pooled";
    };
  }
}
