package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.api.ScoredAnswer.Scoring;
import dev.stlm.serving.engine.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code POST /v1/classify}: which label the model takes for the likeliest continuation of a
 * text.
 */
final class ClassifyParser {
  private static final int MOST_LABELS = 128;
  private static final String INPUT = "{input}";

  private final ServedModel model;
  private final List<String> labels;
  private final boolean perByte;
  private final int inputs;

  private ClassifyParser(ServedModel model, List<String> labels, boolean perByte, int inputs) {
    this.model = model;
    this.labels = labels;
    this.perByte = perByte;
    this.inputs = inputs;
  }

  static Scoring parse(Fields fields, ServedModel model) {
    fields.allow(Set.of("model", "input", "labels", "template", "normalize", "end"));
    List<String> inputs = ScoreParser.texts(fields, "input");
    List<String> labels = ScoreParser.texts(fields, "labels");
    if (labels.size() < 2
        || labels.size() > MOST_LABELS
        || new HashSet<>(labels).size() < labels.size()) {
      throw ApiException.invalid(
          "labels", "must hold 2 to %d texts, all different".formatted(MOST_LABELS));
    }
    String template = fields.string("template").orElse(INPUT);
    if (!template.contains(INPUT)) {
      throw ApiException.invalid("template", "must hold {input}, where the text goes");
    }
    String normalize = fields.string("normalize").orElse("none");
    if (!normalize.equals("none") && !normalize.equals("bytes")) {
      throw ApiException.invalid("normalize", "must be none or bytes");
    }
    boolean end = fields.flag("end");
    List<int[]> continuations =
        labels.stream().map(label -> continuation(model.tokens(), label, end)).toList();
    ForcedRequests forced = new ForcedRequests(model);
    for (String input : inputs) {
      String text = template.replace(INPUT, input);
      // the template may start with a special id, what comes from a user may not
      int[] ids =
          template.startsWith(INPUT)
              ? model.tokens().encodePlain(text)
              : model.tokens().encode(text);
      forced.add("input", ids, continuations, false);
    }
    ClassifyParser parser =
        new ClassifyParser(model, labels, normalize.equals("bytes"), inputs.size());
    return new Scoring(forced.requests(), parser::reply);
  }

  private static int[] continuation(TokenText tokens, String label, boolean end) {
    int[] ids = tokens.encodePlain(label);
    if (!end) {
      return ids;
    }
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = tokens.endOfText();
    return ended;
  }

  private ObjectNode reply(List<List<TokenLogprobs>> choices) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", Ids.next("classify-"))
            .put("object", "list")
            .put("created", Ids.now())
            .put("model", model.name());
    ArrayNode data = body.putArray("data");
    for (int input = 0; input < inputs; input++) {
      int from = input * labels.size();
      data.add(describe(input, choices.subList(from, from + labels.size())));
    }
    return body;
  }

  private ObjectNode describe(int index, List<List<TokenLogprobs>> choices) {
    double[] logprobs = new double[labels.size()];
    double[] scores = new double[labels.size()];
    int best = 0;
    for (int i = 0; i < logprobs.length; i++) {
      for (TokenLogprobs token : choices.get(i)) {
        logprobs[i] += Math.min(0, token.logprob());
      }
      int bytes = labels.get(i).getBytes(StandardCharsets.UTF_8).length;
      scores[i] = perByte ? logprobs[i] / bytes : logprobs[i];
      best = scores[i] > scores[best] ? i : best;
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - scores[best]);
    }
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("object", "classification")
            .put("index", index)
            .put("label", labels.get(best));
    node.put("probability", 1 / sum);
    ArrayNode array = node.putArray("scores");
    for (int i = 0; i < logprobs.length; i++) {
      array
          .addObject()
          .put("label", labels.get(i))
          .put("logprob", logprobs[i])
          .put("probability", Math.exp(scores[i] - scores[best]) / sum);
    }
    return node;
  }
}
