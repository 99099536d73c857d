package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.api.ScoredAnswer.Scoring;
import dev.stlm.serving.engine.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code POST /v1/score}: how likely texts are, token by token.
 *
 * <p>A text is predicted in the windows of {@link dev.stlm.model.score.BitsPerByte}, after the id
 * that starts a text; continuations are predicted after their context, as by {@link
 * dev.stlm.model.score.Loglikelihood}. Both give the same numbers as those.
 */
final class ScoreParser {
  private static final int MOST_TOKENS = 1 << 16;

  private final ServedModel model;
  private final ForcedRequests forced;
  private final List<Item> items = new ArrayList<>();

  private ScoreParser(ServedModel model) {
    this.model = model;
    this.forced = new ForcedRequests(model);
  }

  /**
   * A text of the answer.
   *
   * @param before ids that it follows
   * @param windows the samples that predict it, in order
   * @param continuation whether it continues a context
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Item(
      byte[] text, int[] before, int[] ids, List<Window> windows, boolean continuation) {}

  /**
   * A sample and which of its tokens count.
   *
   * @param choice the sample
   * @param skip how many of its tokens are of another window or the first
   */
  private record Window(int choice, int skip) {}

  static Scoring parse(Fields fields, ServedModel model) {
    fields.allow(Set.of("model", "text", "context", "continuations"));
    ScoreParser parser = new ScoreParser(model);
    if (fields.get("text") != null) {
      if (fields.get("context") != null || fields.get("continuations") != null) {
        throw ApiException.invalid("text", "goes without 'context' and 'continuations'");
      }
      parser.texts(texts(fields, "text"));
    } else {
      if (fields.get("continuations") == null) {
        throw ApiException.badRequest(
            "text",
            "missing_required_parameter",
            "'text' is missing, or 'context' and 'continuations'");
      }
      parser.continuations(fields.string("context").orElse(""), texts(fields, "continuations"));
    }
    return new Scoring(parser.forced.requests(), parser::reply);
  }

  /** A text or texts, none empty. */
  static List<String> texts(Fields fields, String name) {
    JsonNode value = fields.get(name);
    if (value == null) {
      throw ApiException.badRequest(
          name, "missing_required_parameter", "'" + name + "' is missing");
    }
    List<String> texts = fields.strings(name);
    if (texts.isEmpty() || texts.contains("")) {
      throw ApiException.invalid(name, "must hold a text, and none that is empty");
    }
    return texts;
  }

  private void texts(List<String> texts) {
    int context = model.contextLength();
    int[] start = {model.tokens().startOfText()};
    int choice = 0;
    long tokens = 0;
    for (String text : texts) {
      int[] ids = model.tokens().encodePlain(text);
      tokens += ids.length;
      if (tokens > MOST_TOKENS) {
        throw ApiException.invalid(
            "text", "has more than %d tokens, the most that are scored".formatted(MOST_TOKENS));
      }
      List<Window> windows = new ArrayList<>();
      for (int done = 0; done < ids.length; ) {
        int from = done == 0 ? 0 : Math.max(0, done - context / 2);
        int to = Math.min(ids.length, from + context);
        int[] read =
            from > 0 ? Arrays.copyOfRange(ids, from - 1, to - 1) : joined(start, ids, to - 1);
        // the last id is only predicted, so it needs no position
        forced.add("text", read, List.of(new int[] {ids[to - 1]}), true);
        windows.add(new Window(choice++, 1 + done - from));
        done = to;
      }
      items.add(new Item(text.getBytes(StandardCharsets.UTF_8), start, ids, windows, false));
    }
  }

  private static int[] joined(int[] start, int[] ids, int length) {
    int[] all = Arrays.copyOf(start, start.length + length);
    System.arraycopy(ids, 0, all, start.length, length);
    return all;
  }

  private void continuations(String context, List<String> texts) {
    int[] encoded = model.tokens().encode(context);
    int[] before = encoded.length == 0 ? new int[] {model.tokens().startOfText()} : encoded;
    List<int[]> continuations = texts.stream().map(model.tokens()::encodePlain).toList();
    forced.add("context", before, continuations, false);
    for (int i = 0; i < texts.size(); i++) {
      items.add(
          new Item(
              texts.get(i).getBytes(StandardCharsets.UTF_8),
              before,
              continuations.get(i),
              List.of(new Window(i, 0)),
              true));
    }
  }

  private ObjectNode reply(List<List<TokenLogprobs>> choices) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", Ids.next("score-"))
            .put("object", "score")
            .put("created", Ids.now())
            .put("model", model.name());
    ArrayNode data = body.putArray("data");
    for (Item item : items) {
      List<TokenLogprobs> tokens = new ArrayList<>(item.ids.length);
      for (Window w : item.windows) {
        List<TokenLogprobs> predicted = choices.get(w.choice);
        tokens.addAll(predicted.subList(w.skip, predicted.size()));
      }
      data.add(describe(data.size(), item, tokens));
    }
    return body;
  }

  private ObjectNode describe(int index, Item item, List<TokenLogprobs> tokens) {
    double sum = 0;
    boolean greedy = true;
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("index", index);
    node.put("text_bytes", item.text.length);
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    ArrayNode offsets = JsonNodeFactory.instance.arrayNode();
    ArrayNode logprobs = JsonNodeFactory.instance.arrayNode();
    ArrayNode bits = JsonNodeFactory.instance.arrayNode();
    int offset = 0;
    for (TokenLogprobs token : tokens) {
      double logprob = Math.min(0, token.logprob());
      sum += logprob;
      greedy &= token.top().getFirst().token() == token.token();
      names.add(model.tokens().spell(token.token()));
      offsets.add(offset);
      offset += model.tokens().displayed(token.token()).length;
      logprobs.add(logprob);
      bits.add(logprob == 0 ? 0 : -logprob / Math.log(2));
    }
    node.put("logprob", sum);
    node.put("bits_per_byte", sum == 0 ? 0 : -sum / (item.text.length * Math.log(2)));
    if (item.continuation) {
      node.put("greedy", greedy);
    }
    node.set("tokens", names);
    node.set("offsets", offsets);
    node.set("logprobs", logprobs);
    node.set("bits", bits);
    ArrayNode bytes = node.putArray("bytes");
    for (byte b : item.text) {
      bytes.add(b & 0xFF);
    }
    ArrayNode starts = node.putArray("patch_starts");
    model.patches().starts(item.before, item.ids).forEach(starts::add);
    return node;
  }
}
