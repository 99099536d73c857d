package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.Engine;
import dev.stlm.serving.engine.EngineLimits;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The model that is served and the engine that runs it, from start to end of the application. */
@Singleton
final class Serving {
  private final ServeConfig config;
  private final EngineMetrics metrics;
  private @Nullable LanguageModel loaded;
  private @Nullable ServedModel model;
  private @Nullable Engine engine;

  @Inject
  Serving(ServeConfig config, EngineMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  @PostConstruct
  void start() {
    EngineLimits limits =
        new EngineLimits(
            config.maxActive(),
            config.maxQueue(),
            config.maxOutput(),
            Duration.ofSeconds(config.timeout()));
    LanguageModel languageModel = LoadedModel.take(config.runtime(), config.model());
    loaded = languageModel;
    model =
        new ServedModel(
            languageModel,
            config.name(),
            limits,
            ChatTemplate.choose(config.chatTemplate(), config.model(), languageModel.tokenizer()));
    Engine started = new Engine(languageModel, limits, metrics);
    engine = started;
    metrics.watch(started);
  }

  @PreDestroy
  void stop() {
    if (engine != null) {
      engine.close();
    }
    if (loaded != null) {
      loaded.close();
    }
  }

  int maxBodyBytes() {
    return config.maxBody();
  }

  ServedModel model() {
    return started(model);
  }

  Engine engine() {
    return started(engine);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not started");
    }
    return part;
  }
}
