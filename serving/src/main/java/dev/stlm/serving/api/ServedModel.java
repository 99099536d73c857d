package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.serving.engine.Engine;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.serving.engine.EngineObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that is served, as the API describes it, and the engine that runs it.
 *
 * <p>It is owned by its users: the server while it is the current one of its name, and every
 * request until its work is in the engine's queue. When the last of them lets go, the engine
 * finishes what it has and the model is closed, so a request that has a model never loses it.
 */
final class ServedModel {
  private final LanguageModel model;
  private final String name;
  private final EngineLimits limits;
  private final ChatTemplate template;
  private final TokenText tokens;
  private final Engine engine;
  private final Patches patches;
  private final long created = Ids.now();
  private final FutureTask<String> hash;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Starts the engine of a model, which is closed with this; its first user is the caller.
   *
   * @param observer counts what the engine does
   */
  ServedModel(
      LanguageModel model,
      String name,
      EngineLimits limits,
      ChatTemplate template,
      EngineObserver observer) {
    this.model = model;
    this.name = name;
    this.limits = limits;
    this.template = template;
    this.tokens = new TokenText(model.tokenizer());
    this.engine = new Engine(model, limits, observer);
    this.patches = new Patches(model.config());
    // reads all weights, so it is done once, and not before the server is up
    this.hash = new FutureTask<>(model::hash);
    Thread.ofPlatform().name("stlm-hash").daemon(true).start(hash);
  }

  /**
   * Becomes a user.
   *
   * @return false if the last user has let go: then there is another model of this name
   */
  boolean acquire() {
    return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  /** Lets go. */
  void release() {
    if (users.decrementAndGet() == 0) {
      engine.drain();
      Thread.ofPlatform().name("stlm-close-" + name).daemon(true).start(this::closeAfterDraining);
    }
  }

  private void closeAfterDraining() {
    // no request takes longer than this, waiting included
    if (!engine.awaitEnd(limits.timeout().plus(Duration.ofSeconds(10)))) {
      engine.close();
    }
    model.close();
  }

  /** Takes nothing more; what has been taken is finished, unless {@link #stop} comes before. */
  void drain() {
    engine.drain();
  }

  /** Ends what runs, and closes the model whoever uses it. */
  void stop() {
    engine.close();
    model.close();
  }

  String name() {
    return name;
  }

  Engine engine() {
    return engine;
  }

  EngineLimits limits() {
    return limits;
  }

  ChatTemplate template() {
    return template;
  }

  TokenText tokens() {
    return tokens;
  }

  Patches patches() {
    return patches;
  }

  int contextLength() {
    return model.config().contextLength();
  }

  ModelConfig config() {
    return model.config();
  }

  /** Whether texts can be embedded. */
  boolean givesVectors() {
    return model.givesVectors();
  }

  /** Length of an embedding. */
  int width() {
    return model.config().width();
  }

  /** Names the weights: equal for equal models. */
  String fingerprint() {
    return "stlm-" + hash().map(h -> h.substring(0, 12)).orElse("unknown");
  }

  /**
   * SHA-256 of config and weights, unless the files have changed before it was known; waits for it
   * if it is asked at once after the start.
   */
  Optional<String> hash() {
    try {
      return Optional.of(hash.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  /** Seconds since 1970 when it was loaded. */
  long created() {
    return created;
  }
}
