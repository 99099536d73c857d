package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The contract that lm-evaluation-harness scores a server by. {@code lm-eval-toy.json} holds
 * requests that the unmodified harness (commit 4e7e0d47) made for nine tasks, and the likelihoods
 * that it read from the toy model: here they are asked in its form and read by its rule.
 */
@QuarkusTest
@TestProfile(ToyServer.class)
class ScoringTest {
  private static final String PATH = "/v1/completions";

  private final Http http = Http.ofApplication();

  @Test
  void likelihoodsAreThoseThatTheHarnessRead() throws IOException {
    JsonNode golden = golden();
    int prefix =
        http.ask("/tokenize", "{\"prompt\":\"<|endoftext|>\",\"add_special_tokens\":false}")
            .path("tokens")
            .path(0)
            .asInt();
    assertThat(prefix).isEqualTo(256);
    int batch = 8;
    for (int from = 0; from < golden.size(); from += batch) {
      List<JsonNode> cases = new ArrayList<>();
      List<Integer> contextLengths = new ArrayList<>();
      ArrayNode prompts = Http.JSON.createArrayNode();
      for (int i = from; i < Math.min(golden.size(), from + batch); i++) {
        cases.add(golden.path(i));
        // the harness moves blanks from the end of the context to the continuation
        String context = golden.path(i).path("context").asText().stripTrailing();
        String all =
            golden.path(i).path("context").asText() + golden.path(i).path("continuation").asText();
        ArrayNode ids = ids(context);
        if (ids.isEmpty()) {
          ids.add(prefix);
        }
        contextLengths.add(ids.size());
        ids.addAll(ids(all.substring(context.length())));
        prompts.add(ids);
      }
      JsonNode choices = http.ask(PATH, scoring(prompts)).path("choices");
      for (int i = 0; i < cases.size(); i++) {
        JsonNode scores = choices.path(i).path("logprobs");
        assertThat(choices.path(i).path("index").asInt()).isEqualTo(i);
        assertThat(scores.path("token_logprobs")).hasSize(prompts.path(i).size() + 1);
        assertThat(scores.path("token_logprobs").path(0).isNull()).isTrue();
        check(scores, contextLengths.get(i), cases.get(i));
      }
    }
  }

  private static void check(JsonNode scores, int from, JsonNode expected) {
    double sum = 0;
    boolean greedy = true;
    for (int i = from; i < scores.path("token_logprobs").size() - 1; i++) {
      double logprob = scores.path("token_logprobs").path(i).asDouble();
      double best = Double.NEGATIVE_INFINITY;
      for (JsonNode top : scores.path("top_logprobs").path(i)) {
        best = Math.max(best, top.asDouble());
      }
      sum += logprob;
      greedy &= logprob == best;
    }
    double golden = expected.path("loglikelihood").asDouble();
    assertThat(sum).isCloseTo(golden, within(1e-9 * Math.abs(golden)));
    assertThat(greedy).isEqualTo(expected.path("greedy").asBoolean());
  }

  @Test
  void allShapesOfPromptsScoreTheSame() {
    ArrayNode ids = ids("né");
    ArrayNode nested = Http.JSON.createArrayNode().add(ids);
    ArrayNode strings = Http.JSON.createArrayNode().add("né");
    JsonNode expected = scores(Http.JSON.getNodeFactory().textNode("né"));
    assertThat(expected.path("tokens")).hasSize(4);
    assertThat(scores(ids)).isEqualTo(expected);
    assertThat(scores(nested)).isEqualTo(expected);
    assertThat(scores(strings)).isEqualTo(expected);
  }

  @Test
  void theGreedyContinuationCountsAsGreedy() {
    JsonNode answer =
        http.ask(PATH, "{\"prompt\":\"Go\",\"max_tokens\":12,\"temperature\":0,\"logprobs\":1}");
    String text = answer.path("choices").path(0).path("text").asText();
    JsonNode scores = scores(Http.JSON.getNodeFactory().textNode("Go" + text));
    for (int i = 2; i < scores.path("token_logprobs").size() - 1; i++) {
      assertThat(scores.path("token_logprobs").path(i))
          .isEqualTo(scores.path("top_logprobs").path(i).elements().next());
    }
  }

  @Test
  void offsetsCountCodePointsAndTokensHaveNames() {
    JsonNode scores = scores(Http.JSON.getNodeFactory().textNode("<|endoftext|>a€𝄞z"));
    assertThat(scores.path("text_offset"))
        .extracting(JsonNode::asInt)
        .startsWith(0, 13, 14, 14, 14, 15, 15, 15, 15, 16, 17);
    assertThat(scores.path("tokens"))
        .extracting(JsonNode::asText)
        .startsWith("<|endoftext|>", "a", "bytes:\\xe2", "bytes:\\x82", "bytes:\\xac");
  }

  @Test
  void echoWithoutGenerationHasOneEntryForEachToken() {
    JsonNode choice =
        http.ask(PATH, "{\"prompt\":\"abc\",\"max_tokens\":0,\"echo\":true,\"logprobs\":0}")
            .path("choices")
            .path(0);
    assertThat(choice.path("text").asText()).isEqualTo("abc");
    assertThat(choice.path("logprobs").path("tokens")).hasSize(3);
  }

  @Test
  void aGeneratedEndIsAnEntryAndNotText() {
    JsonNode choice =
        http.ask(
                PATH,
                "{\"prompt\":\"abc\",\"max_tokens\":1,\"echo\":true,\"logprobs\":1,\"logit_bias\":{\"256\":100}}")
            .path("choices")
            .path(0);
    assertThat(choice.path("text").asText()).isEqualTo("abc");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice.path("logprobs").path("tokens")).hasSize(4);
    assertThat(choice.path("logprobs").path("tokens").path(3).asText()).isEqualTo("<|endoftext|>");
  }

  @Test
  void aStreamHasTheSameScores() {
    String body = "\"prompt\":\"abc\",\"max_tokens\":20,\"echo\":true,\"logprobs\":2,\"seed\":1";
    JsonNode whole = http.ask(PATH, "{" + body + "}").path("choices").path(0).path("logprobs");
    ObjectNode joined = Http.JSON.createObjectNode();
    for (JsonNode event : http.stream(PATH, "{" + body + ",\"stream\":true}")) {
      for (var part : event.path("choices").path(0).path("logprobs").properties()) {
        joined.withArray(part.getKey()).addAll((ArrayNode) part.getValue());
      }
    }
    assertThat(joined).isEqualTo(whole);
  }

  @Test
  void tokenizingIsUndoneByDetokenizing() {
    JsonNode ids =
        http.ask("/tokenize", "{\"prompt\":\"<|endoftext|>é<|endoftext|>\"}").path("tokens");
    assertThat(ids.path(0).asInt()).isEqualTo(256);
    assertThat(ids).hasSize(1 + 2 + 13);
    assertThat(http.ask("/detokenize", "{\"tokens\":" + ids + "}").path("prompt").asText())
        .isEqualTo("<|endoftext|>é<|endoftext|>");
    assertThat(http.ask("/tokenize", "{\"prompt\":\"\"}").path("tokens")).isEmpty();
    assertThat(Http.tree(http.get("/tokenizer_info").body()).path("eos_token").asText())
        .isEqualTo("<|endoftext|>");
  }

  private JsonNode scores(JsonNode prompt) {
    return http.ask(PATH, scoring(prompt)).path("choices").path(0).path("logprobs");
  }

  /** The body that the harness sends. */
  private static String scoring(JsonNode prompt) {
    return Http.JSON
        .createObjectNode()
        .put("model", "toy")
        .put("temperature", 0)
        .put("max_tokens", 1)
        .put("logprobs", 1)
        .put("seed", 1234)
        .put("echo", true)
        .set("prompt", prompt)
        .toString();
  }

  private ArrayNode ids(String text) {
    String body = Http.JSON.createObjectNode().put("prompt", text).toString();
    return (ArrayNode) http.ask("/tokenize", body).path("tokens");
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in = ScoringTest.class.getResourceAsStream("lm-eval-toy.json")) {
      return Http.JSON.readTree(in);
    }
  }
}
