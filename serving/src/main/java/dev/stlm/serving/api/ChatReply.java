package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.TokenLogprobs;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers of {@code /v1/chat/completions}. */
final class ChatReply implements Reply {
  private final ServedModel model;
  private final int logprobs;
  private final boolean[] begun;
  private final boolean blankIsModels;
  private final String id = Ids.next("chatcmpl-");
  private final long created = Ids.now();

  ChatReply(ServedModel model, int samples, int logprobs) {
    this.model = model;
    this.logprobs = logprobs;
    this.begun = new boolean[samples];
    this.blankIsModels = blankIsModels(model);
  }

  /** Whether the model writes a blank before its answer that the client does not see. */
  static boolean blankIsModels(ServedModel model) {
    String assistant = model.template().assistant();
    return !assistant.stripTrailing().equals(assistant);
  }

  @Override
  public ObjectNode envelope(boolean chunk) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", chunk ? "chat.completion.chunk" : "chat.completion")
        .put("created", created)
        .put("model", model.name())
        .put("system_fingerprint", model.fingerprint());
  }

  @Override
  public String prefix(int choice) {
    return "";
  }

  @Override
  public ObjectNode opening(int choice, List<TokenLogprobs> promptScores) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("index", choice);
    node.putObject("delta").put("role", "assistant").put("content", "").putNull("refusal");
    return node.putNull("logprobs").putNull("finish_reason");
  }

  @Override
  public ObjectNode piece(
      int choice,
      String text,
      List<TokenLogprobs> tokens,
      @Nullable FinishReason reason,
      boolean chunk) {
    String content = withoutBlank(choice, text);
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("index", choice);
    if (chunk) {
      ObjectNode delta = node.putObject("delta");
      if (!content.isEmpty()) {
        delta.put("content", content);
      }
    } else {
      node.putObject("message").put("role", "assistant").put("content", content).putNull("refusal");
    }
    if (logprobs < 0) {
      node.putNull("logprobs");
    } else {
      ArrayNode array = node.putObject("logprobs").putArray("content");
      tokens.forEach(t -> addScore(array, t));
    }
    return node.put(
        "finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
  }

  /** The template leaves its last blank to the model; the client does not see it. */
  private String withoutBlank(int choice, String text) {
    if (begun[choice] || text.isEmpty()) {
      return text;
    }
    begun[choice] = true;
    return blankIsModels && text.startsWith(" ") ? text.substring(1) : text;
  }

  private void addScore(ArrayNode array, TokenLogprobs token) {
    ObjectNode entry = score(token.token(), token.logprob());
    ArrayNode top = entry.putArray("top_logprobs");
    token.top().forEach(c -> top.add(score(c.token(), c.logprob())));
    array.add(entry);
  }

  private ObjectNode score(int token, double logprob) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("token", model.tokens().spell(token))
            .put("logprob", logprob);
    byte[] displayed = model.tokens().displayed(token);
    ArrayNode bytes = node.putArray("bytes");
    for (byte b : displayed) {
      bytes.add(b & 0xFF);
    }
    return node;
  }
}
