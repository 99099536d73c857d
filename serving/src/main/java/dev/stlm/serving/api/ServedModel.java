package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.EngineLimits;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The model that is served, as the API describes it; immutable. */
final class ServedModel {
  private final LanguageModel model;
  private final String name;
  private final EngineLimits limits;
  private final ChatTemplate template;
  private final TokenText tokens;
  private final Patches patches;
  private final long created = Ids.now();
  private final FutureTask<String> hash;

  ServedModel(LanguageModel model, String name, EngineLimits limits, ChatTemplate template) {
    this.model = model;
    this.name = name;
    this.limits = limits;
    this.template = template;
    this.tokens = new TokenText(model.tokenizer());
    this.patches = new Patches(model.config());
    // reads all weights, so it is done once, and not before the server is up
    this.hash = new FutureTask<>(model::hash);
    Thread.ofPlatform().name("stlm-hash").daemon(true).start(hash);
  }

  /**
   * Refuses a request for another model.
   *
   * @throws ApiException with status 404
   */
  void requireName(Fields fields) {
    fields.string("model").ifPresent(this::requireName);
  }

  void requireName(String asked) {
    if (!asked.equals(name)) {
      throw new ApiException(
          404,
          "model",
          "model_not_found",
          "the model '%s' is not served here; this server has '%s'".formatted(asked, name));
    }
  }

  String name() {
    return name;
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

  /** Names the weights: equal for equal models. */
  String fingerprint() {
    return "stlm-" + hash().substring(0, 12);
  }

  /** SHA-256 of config and weights; waits for it if it is asked at once after the start. */
  String hash() {
    try {
      return hash.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the model has no hash", e);
    }
  }

  /** Seconds since 1970 when it was loaded. */
  long created() {
    return created;
  }
}
