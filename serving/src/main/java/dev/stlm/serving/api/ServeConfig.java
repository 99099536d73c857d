package dev.stlm.serving.api;

import dev.stlm.serving.cli.ServeOptions;
import dev.stlm.serving.engine.EngineLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The settings {@code stlm.serve.*}, which the command line sets. */
@ConfigMapping(prefix = "stlm.serve")
public interface ServeConfig {
  /** Checkpoint directory. */
  Path model();

  /** Name of the model in the API. */
  @WithDefault("model")
  String name();

  /** What computes the model. */
  @WithDefault("cpu")
  String runtime();

  /** "text", "special" or a file. */
  Optional<String> chatTemplate();

  @WithDefault(ServeOptions.MAX_BODY)
  int maxBody();

  @WithDefault(EngineLimits.MAX_ACTIVE)
  int maxActive();

  @WithDefault(EngineLimits.MAX_QUEUED)
  int maxQueue();

  @WithDefault(EngineLimits.MAX_OUTPUT)
  int maxOutput();

  /** Seconds. */
  @WithDefault(EngineLimits.TIMEOUT_SECONDS)
  int timeout();
}
