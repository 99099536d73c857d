package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.score.BitsPerByte;
import dev.stlm.model.score.Loglikelihood;
import dev.stlm.model.score.Score;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyModel;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server says of likelihoods is what the model's own scoring says, to the last bit. */
@QuarkusTest
@TestProfile(ToyServer.class)
class ClassifyAndScoreTest {
  private final Http http = Http.ofApplication();
  private final LanguageModel model = new ToyModel(new Gate());

  @Test
  void aTextHasTheBitsPerByteOfTheModel() {
    // shorter than the context, as long, longer, and much longer: several windows
    for (int length : new int[] {1, 7, ToyModel.CONTEXT, ToyModel.CONTEXT + 1, 5000}) {
      String text = "The é cat. ".repeat(length).substring(0, length);
      JsonNode data = http.ask("/v1/score", "{\"text\":\"" + text + "\"}").path("data").path(0);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Score score = BitsPerByte.measure(model, bytes);
      assertThat(data.path("bits_per_byte").asDouble()).isEqualTo(score.bitsPerByte());
      assertThat(data.path("logprob").asDouble()).isEqualTo(-score.nats());
      assertThat(data.path("text_bytes").asInt()).isEqualTo(bytes.length);
      double[] losses = BitsPerByte.losses(model, model.tokenizer().encode(bytes), n -> {});
      for (int i = 0; i < losses.length; i++) {
        assertThat(-data.path("logprobs").path(i).asDouble()).isEqualTo(losses[i]);
        assertThat(data.path("bits").path(i).asDouble())
            .isCloseTo(losses[i] / Math.log(2), within(1e-12));
        assertThat(data.path("bytes").path(i).asInt()).isEqualTo(bytes[i] & 0xFF);
        assertThat(data.path("offsets").path(i).asInt()).isEqualTo(i);
      }
      assertThat(data.path("tokens")).hasSize(bytes.length);
      assertThat(data.path("patch_starts")).isEmpty();
    }
  }

  @Test
  void severalTextsAreScoredAtOnce() {
    JsonNode answer = http.ask("/v1/score", "{\"text\":[\"one\",\"three\"],\"model\":\"toy\"}");
    assertThat(answer.path("object").asText()).isEqualTo("score");
    assertThat(answer.path("data")).hasSize(2);
    assertThat(answer.path("data").path(1).path("index").asInt()).isEqualTo(1);
    assertThat(answer.path("data").path(1).path("tokens").path(4).asText()).isEqualTo("e");
    assertThat(answer.path("data").path(1).path("logprob"))
        .isEqualTo(
            http.ask("/v1/score", "{\"text\":\"three\"}").path("data").path(0).path("logprob"));
    // the id that starts a text is read, too
    assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo((1 + 3) + (1 + 5));
  }

  @Test
  void continuationsHaveTheLikelihoodOfTheModel() {
    List<String> texts = new ArrayList<>(List.of(" yes", " no", " é?"));
    for (int i = 0; i < 17; i++) {
      texts.add("x".repeat(i + 1)); // more than run together
    }
    for (String context : new String[] {"Is it?", ""}) {
      String body =
          Http.JSON
              .createObjectNode()
              .put("context", context)
              .set("continuations", Http.JSON.valueToTree(texts))
              .toString();
      JsonNode data = http.ask("/v1/score", body).path("data");
      int[] read = context.isEmpty() ? new int[] {256} : model.tokenizer().encode(context);
      for (int i = 0; i < texts.size(); i++) {
        Loglikelihood.Result expected =
            Loglikelihood.score(model, read, model.tokenizer().encode(texts.get(i)));
        assertThat(data.path(i).path("logprob").asDouble()).isEqualTo(expected.logLikelihood());
        assertThat(data.path(i).path("greedy").asBoolean()).isEqualTo(expected.greedy());
        assertThat(data.path(i).path("tokens"))
            .hasSize(texts.get(i).getBytes(StandardCharsets.UTF_8).length);
      }
    }
  }

  @Test
  void theLikeliestContinuationIsGreedy() {
    String text =
        http.ask("/v1/completions", "{\"prompt\":\"Go\",\"max_tokens\":3,\"temperature\":0}")
            .path("choices")
            .path(0)
            .path("text")
            .asText();
    JsonNode data =
        http.ask(
                "/v1/score",
                Http.JSON
                    .createObjectNode()
                    .put("context", "Go")
                    .put("continuations", text)
                    .toString())
            .path("data");
    assertThat(data.path(0).path("greedy").asBoolean()).isTrue();
  }

  @Test
  void aLabelHasTheLikelihoodOfItsContinuation() {
    for (String normalize : new String[] {"none", "bytes"}) {
      JsonNode answer =
          http.ask(
              "/v1/classify",
              """
              {"input":["good film","dull"],"template":"Review: {input}\\nIt was",
               "labels":[" great"," bad"," so so"],"normalize":"%s"}
              """
                  .formatted(normalize));
      assertThat(answer.path("data")).hasSize(2);
      for (int i = 0; i < 2; i++) {
        JsonNode data = answer.path("data").path(i);
        String input = i == 0 ? "good film" : "dull";
        double sum = 0;
        double best = Double.NEGATIVE_INFINITY;
        String label = "";
        for (JsonNode score : data.path("scores")) {
          String text = score.path("label").asText();
          double expected =
              Loglikelihood.score(
                      model,
                      model.tokenizer().encode("Review: " + input + "\nIt was"),
                      model.tokenizer().encode(text))
                  .logLikelihood();
          assertThat(score.path("logprob").asDouble()).isEqualTo(expected);
          double value = normalize.equals("bytes") ? expected / text.length() : expected;
          label = value > best ? text : label;
          best = Math.max(best, value);
          sum += score.path("probability").asDouble();
        }
        assertThat(data.path("label").asText()).isEqualTo(label);
        assertThat(data.path("index").asInt()).isEqualTo(i);
        assertThat(sum).isCloseTo(1, within(1e-12));
        assertThat(data.path("probability").asDouble()).isBetween(1.0 / 3, 1.0);
      }
    }
  }

  @Test
  void theEndOfALabelCanCount() {
    JsonNode data =
        http.ask("/v1/classify", "{\"input\":\"a\",\"labels\":[\"b\",\"bc\"],\"end\":true}")
            .path("data")
            .path(0);
    int[] a = model.tokenizer().encode("a");
    assertThat(data.path("scores").path(0).path("logprob").asDouble())
        .isEqualTo(Loglikelihood.score(model, a, new int[] {'b', 256}).logLikelihood());
    assertThat(data.path("scores").path(1).path("logprob").asDouble())
        .isEqualTo(Loglikelihood.score(model, a, new int[] {'b', 'c', 256}).logLikelihood());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/score | {} | text",
        "/v1/score | {\"text\":\"\"} | text",
        "/v1/score | {\"text\":[]} | text",
        "/v1/score | {\"text\":5} | text",
        "/v1/score | {\"text\":\"a\",\"context\":\"b\"} | text",
        "/v1/score | {\"context\":\"b\",\"continuations\":[\"\"]} | continuations",
        "/v1/score | {\"context\":5,\"continuations\":[\"a\"]} | context",
        "/v1/score | {\"text\":\"a\",\"labels\":1} | labels",
        "/v1/classify | {} | input",
        "/v1/classify | {\"input\":\"\",\"labels\":[\"a\",\"b\"]} | input",
        "/v1/classify | {\"input\":\"a\"} | labels",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\"]} | labels",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\",\"b\"]} | labels",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\",\"\"]} | labels",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\",\"c\"],\"template\":\"x\"} | template",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\",\"c\"],\"normalize\":\"x\"} | normalize",
        "/v1/classify | {\"input\":\"a\",\"labels\":[\"b\",\"c\"],\"end\":1} | end",
      })
  void aBadFieldIsNamed(String path, String body, String field) {
    refused(path, body, field);
  }

  @Test
  void whatTheModelCanNotReadIsRefused() {
    String text = "x".repeat(ToyModel.CONTEXT);
    refused(
        "/v1/score", "{\"context\":\"%s\",\"continuations\":[\"ab\"]}".formatted(text), "context");
    refused(
        "/v1/classify", "{\"input\":\"%s\",\"labels\":[\"a\",\"bc\"]}".formatted(text), "input");
    http.ask("/v1/classify", "{\"input\":\"%s\",\"labels\":[\"a\",\"b\"]}".formatted(text));
    String many = "\"a\"" + ",\"a\"".repeat(64);
    refused("/v1/score", "{\"text\":[" + many + "]}", "text");
  }

  private void refused(String path, String body, String field) {
    var response = http.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    JsonNode error = Http.tree(response.body()).path("error");
    assertThat(error.path("param").asText()).isEqualTo(field);
    assertThat(error.path("message").asText()).contains(field).doesNotContain("\n");
  }
}
