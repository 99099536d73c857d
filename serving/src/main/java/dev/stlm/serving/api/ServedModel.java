package dev.stlm.serving.api;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.EngineLimits;

/** The model that is served, as the API describes it; immutable. */
final class ServedModel {
  private final LanguageModel model;
  private final String name;
  private final EngineLimits limits;
  private final ChatTemplate template;
  private final TokenText tokens;
  private final long created = Ids.now();

  ServedModel(LanguageModel model, String name, EngineLimits limits, ChatTemplate template) {
    this.model = model;
    this.name = name;
    this.limits = limits;
    this.template = template;
    this.tokens = new TokenText(model.tokenizer());
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

  int contextLength() {
    return model.config().contextLength();
  }

  /** Names the weights: equal for equal models. */
  String fingerprint() {
    return "stlm-" + model.hash().substring(0, 12);
  }

  String hash() {
    return model.hash();
  }

  /** Seconds since 1970 when it was loaded. */
  long created() {
    return created;
  }
}
