package dev.stlm.serving.api;

import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What is read from the JSON files of a checkpoint by reflection, for a native executable. */
@RegisterForReflection(
    targets = {
      Activation.class,
      AttentionConfig.class,
      ChatTemplate.class,
      FfnConfig.class,
      FlatConfig.class,
      History.class,
      History.Entry.class,
      ModelConfig.class,
      NgramConfig.class
    })
final class CheckpointReflection {
  private CheckpointReflection() {}
}
