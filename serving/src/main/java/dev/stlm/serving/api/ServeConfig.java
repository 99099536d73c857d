package dev.stlm.serving.api;

import dev.stlm.serving.cli.ServeOptions;
import dev.stlm.serving.engine.EngineLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings {@code stlm.serve.*}, which the command line sets. */
@ConfigMapping(prefix = "stlm.serve")
public interface ServeConfig {
  /** Checkpoint directory of the model for requests that name none. */
  Path model();

  /** Its name in the API. */
  @WithDefault("model")
  String name();

  /** More models. */
  List<Other> others();

  /** A model of many. */
  interface Other {
    /** Checkpoint directory. */
    Path model();

    /** Name in the API. */
    String name();
  }

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

  /** Megabytes. */
  @WithDefault(EngineLimits.PREFIX_CACHE)
  int prefixCache();

  /** Seconds between two looks at the files of the models; 0: none. */
  @WithDefault(ServeOptions.RELOAD_SECONDS)
  int reload();

  /** Most seconds in which requests under way may finish at the end. */
  @WithDefault(ServeOptions.DRAIN_SECONDS)
  int drain();

  /** Watts that a busy core takes; 0: no estimate of energy. */
  @WithDefault(ServeOptions.WATTS_PER_CORE)
  double wattsPerCore();
}
