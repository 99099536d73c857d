package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.generate.FinishReason;
import dev.stlm.serving.engine.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers of {@code /v1/completions}, with log-probabilities in the form of that API. */
final class CompletionReply implements Reply {
  private final ServedModel model;
  private final List<int[]> prompts;
  private final int samples;
  private final boolean echo;
  private final int logprobs;
  private final String id = Ids.next("cmpl-");
  private final long created = Ids.now();
  private final List<TokenText.Offsets> offsets = new ArrayList<>();

  CompletionReply(ServedModel model, List<int[]> prompts, int samples, boolean echo, int logprobs) {
    this.model = model;
    this.prompts = prompts;
    this.samples = samples;
    this.echo = echo;
    this.logprobs = logprobs;
    for (int i = 0; i < prompts.size() * samples; i++) {
      offsets.add(model.tokens().new Offsets());
    }
  }

  @Override
  public ObjectNode envelope(boolean chunk) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "text_completion")
        .put("created", created)
        .put("model", model.name())
        .put("system_fingerprint", model.fingerprint());
  }

  @Override
  public String prefix(int choice) {
    return echo ? model.tokens().decode(prompts.get(choice / samples)) : "";
  }

  @Override
  public @Nullable ObjectNode opening(int choice, List<TokenLogprobs> promptScores) {
    return echo ? piece(choice, prefix(choice), promptScores, null, true) : null;
  }

  @Override
  public ObjectNode piece(
      int choice,
      String text,
      List<TokenLogprobs> tokens,
      @Nullable FinishReason reason,
      boolean chunk) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("text", text).put("index", choice);
    if (logprobs < 0) {
      node.putNull("logprobs");
    } else {
      addLogprobs(node, offsets.get(choice), tokens);
    }
    return node.put(
        "finish_reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
  }

  /**
   * One entry a token. A first token has no predecessor: null. Numbers of a token and of its equal
   * among the candidates are printed from the same double, so that they compare as equal.
   */
  private void addLogprobs(ObjectNode node, TokenText.Offsets offset, List<TokenLogprobs> tokens) {
    TokenText text = model.tokens();
    ObjectNode object = node.putObject("logprobs");
    ArrayNode names = object.putArray("tokens");
    ArrayNode values = object.putArray("token_logprobs");
    ArrayNode tops = object.putArray("top_logprobs");
    ArrayNode at = object.putArray("text_offset");
    for (TokenLogprobs token : tokens) {
      names.add(text.spell(token.token()));
      at.add(offset.next(token.token()));
      if (token.defined()) {
        values.add(token.logprob());
        ObjectNode top = tops.addObject();
        token.top().forEach(c -> top.put(text.spell(c.token()), c.logprob()));
      } else {
        values.addNull();
        tops.addNull();
      }
    }
  }
}
