package dev.stlm.serving.api;

import dev.stlm.serving.engine.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code POST /v1/embeddings}. */
final class EmbeddingParser {
  private static final Set<String> KNOWN =
      Set.of("model", "input", "encoding_format", "dimensions", "user");

  private EmbeddingParser() {}

  static EmbeddingRequest parse(Fields fields, ServedModel model) {
    fields.allow(KNOWN);
    GenerationFields.refuseUnless(
        model.givesVectors(), "model", "the runtime of this model gives no vectors");
    String format = fields.string("encoding_format").orElse("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw ApiException.invalid("encoding_format", "must be float or base64");
    }
    Optional<Long> dimensions = fields.integer("dimensions", 1, Integer.MAX_VALUE);
    if (dimensions.isPresent() && dimensions.get() != model.width()) {
      throw ApiException.invalid(
          "dimensions",
          "is %d; this model gives %d and no other".formatted(dimensions.get(), model.width()));
    }
    List<Prompt> texts = new ArrayList<>();
    for (int[] ids : CompletionParser.prompts("input", fields, model.tokens())) {
      texts.add(text(ids, model));
    }
    if (texts.size() > model.limits().maxQueued()) {
      throw ApiException.invalid(
          "input",
          "has %d texts; at most %d are taken".formatted(texts.size(), model.limits().maxQueued()));
    }
    return new EmbeddingRequest(texts, format.equals("base64"));
  }

  private static Prompt text(int[] ids, ServedModel model) {
    if (ids.length == 0) {
      throw ApiException.invalid("input", "holds an empty text");
    }
    if (ids.length > model.contextLength()) {
      throw ApiException.badRequest(
          "input",
          "context_length_exceeded",
          "the model reads at most %d tokens (a byte is a token); a text has %d"
              .formatted(model.contextLength(), ids.length));
    }
    return Prompt.of(ids);
  }
}
