package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.serving.engine.EngineObserver;
import dev.stlm.tokenizer.InvalidInputException;
import io.vertx.core.Future;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** The models that are served, by name, from start to end of the application. */
@Singleton
final class Serving {
  private final ServeConfig config;
  private final EngineMetrics metrics;
  private final EngineLimits limits;
  private final Map<String, Slot> slots = new LinkedHashMap<>(); // fixed after start
  private final List<ServedModel> replaced = new CopyOnWriteArrayList<>(); // perhaps still at work

  private volatile boolean ending;

  /** A name that is served. */
  private static final class Slot {
    final Path directory;
    final EngineObserver observer;
    volatile ServedModel now; // written by one reload at a time

    Slot(Path directory, EngineObserver observer, ServedModel first) {
      this.directory = directory;
      this.observer = observer;
      this.now = first;
    }
  }

  @Inject
  Serving(ServeConfig config, EngineMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
    this.limits =
        new EngineLimits(
            config.maxActive(),
            config.maxQueue(),
            config.maxOutput(),
            Duration.ofSeconds(config.timeout()),
            config.prefixCache());
  }

  @PostConstruct
  void start() {
    add(config.name(), config.model());
    config.others().forEach(other -> add(other.name(), other.model()));
  }

  private void add(String name, Path directory) {
    EngineObserver observer = metrics.of(name);
    LanguageModel model = LoadedModel.take(config.runtime(), directory);
    Slot slot = new Slot(directory, observer, served(name, directory, model, observer));
    slots.put(name, slot);
    metrics.watch(name, () -> slot.now.engine());
  }

  private ServedModel served(
      String name, Path directory, LanguageModel model, EngineObserver observer) {
    ChatTemplate template =
        ChatTemplate.choose(config.chatTemplate(), directory, model.tokenizer());
    return new ServedModel(model, name, limits, template, observer);
  }

  /**
   * Loads a model anew from its directory. New requests take the new one once it is ready; those
   * that have the old one finish with it. Takes as long as loading does.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if the directory is not a sound checkpoint:
   *     the old model goes on
   */
  synchronized void reload(String name) {
    Slot slot = slot(name);
    LanguageModel model = LoadedModel.load(config.runtime(), slot.directory);
    ServedModel fresh;
    try {
      fresh = served(name, slot.directory, model, slot.observer);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    // so that no request waits for it, and that all weights are known to be there
    if (fresh.hash().isEmpty()) {
      fresh.release();
      throw new InvalidInputException(
          slot.directory + ": its weights can not be read; write the checkpoint again");
    }
    ServedModel old = slot.now;
    slot.now = fresh;
    if (ending) {
      fresh.drain();
    }
    replaced.removeIf(m -> m.engine().awaitEnd(Duration.ZERO));
    replaced.add(old);
    old.release();
  }

  /** Takes nothing more. What has been taken is finished. */
  void drain() {
    ending = true; // for a model that is being loaded now
    all().forEach(ServedModel::drain);
  }

  /** After {@link #drain}: waits for the last answer, and ends what is left when time is up. */
  void finish(Duration most) {
    long limit = System.nanoTime() + most.toNanos();
    for (ServedModel model : all()) {
      model.engine().awaitEnd(Duration.ofNanos(Math.max(0, limit - System.nanoTime())));
    }
    all().forEach(model -> model.engine().close());
  }

  @PreDestroy
  void stop() {
    all().forEach(ServedModel::stop);
  }

  private List<ServedModel> all() {
    List<ServedModel> all = new ArrayList<>(models());
    all.addAll(replaced);
    return all;
  }

  int maxBodyBytes() {
    return config.maxBody();
  }

  /** Where each model is loaded from, by name. */
  Map<String, Path> directories() {
    Map<String, Path> directories = new LinkedHashMap<>();
    slots.forEach((name, slot) -> directories.put(name, slot.directory));
    return directories;
  }

  /** The models of this moment, the one for requests without a name first. */
  List<ServedModel> models() {
    return slots.values().stream().map(slot -> slot.now).toList();
  }

  /**
   * Works with the model that a request names in {@code model}, or the first one. The model stays
   * while the work lasts; what it hands to the engine is finished.
   *
   * @throws ApiException with status 404 if there is no such model
   */
  void use(Fields fields, Consumer<ServedModel> work) {
    use(fields.string("model"), work);
  }

  /** As {@link #use(Fields, Consumer)}. */
  void use(Optional<String> name, Consumer<ServedModel> work) {
    ServedModel model = acquired(name);
    try {
      work.accept(model);
    } finally {
      model.release();
    }
  }

  /** As {@link #use(Fields, Consumer)}, for work that lasts until the future is complete. */
  void useUntil(Fields fields, Function<ServedModel, Future<?>> work) {
    ServedModel model = acquired(fields.string("model"));
    try {
      work.apply(model).onComplete(done -> model.release());
    } catch (RuntimeException e) {
      model.release();
      throw e;
    }
  }

  private ServedModel acquired(Optional<String> name) {
    Slot slot = name.map(this::slot).orElseGet(() -> slots.values().iterator().next());
    ServedModel model = slot.now;
    while (!model.acquire()) {
      // it has been replaced since
      model = slot.now;
    }
    return model;
  }

  private Slot slot(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new ApiException(
          404,
          "model",
          "model_not_found",
          "the model '%s' is not served here; this server has '%s'"
              .formatted(name, String.join("', '", slots.keySet())));
    }
    return slot;
  }
}
