package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.generate.Continuation;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.TwoModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two models in one server, and their embeddings. */
@QuarkusTest
@TestProfile(TwoModels.class)
class ManyModelsTest {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String TEXT = "Once upon a time there was a very small model.";

  private final Http http = Http.ofApplication();

  @Test
  void allAreListed() {
    JsonNode data = Http.tree(http.get("/v1/models").body()).path("data");
    assertThat(data).extracting(m -> m.path("id").asText()).containsExactly("flat", "pooled");
    for (JsonNode model : data) {
      assertThat(Http.tree(http.get("/v1/models/" + model.path("id").asText()).body()))
          .isEqualTo(model);
    }
    assertThat(data.path(0).path("sha256")).isNotEqualTo(data.path(1).path("sha256"));
  }

  @Test
  void eachAnswersWithItsOwnTextAndTheFirstWhereNoneIsNamed() {
    String flat = text(TwoModels.flat());
    String pooled = text(TwoModels.pooled());
    assertThat(flat).isNotEqualTo(pooled);
    assertThat(completion("\"model\":\"flat\",")).isEqualTo(flat);
    assertThat(completion("\"model\":\"pooled\",")).isEqualTo(pooled);
    assertThat(completion("")).isEqualTo(flat);
  }

  private String completion(String field) {
    JsonNode answer =
        http.ask(
            COMPLETIONS,
            "{%s\"prompt\":\"%s\",\"max_tokens\":20,\"temperature\":0.5,\"seed\":11}"
                .formatted(field, TEXT));
    return answer.path("choices").path(0).path("text").asText();
  }

  private static String text(Checkpoint checkpoint) {
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session session = model.newSession()) {
      int[] ids = model.tokenizer().encode(TEXT);
      Continuation text =
          new Continuation(
              model.tokenizer(),
              GenerateOptions.of(20, new SamplerConfig(0.5, 0, 1, 0, 1, 11)),
              ids);
      float[] logits = session.append(ids);
      while (text.next(logits)) {
        logits = session.append(text.lastId());
      }
      return text.takeText();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {COMPLETIONS, EMBEDDINGS, "/v1/chat/completions", "/tokenize"})
  void anotherNameIsRefusedWithTheNamesThereAre(String path) {
    var answer = http.post(path, "{\"model\":\"gpt\"}");
    JsonNode error = Http.tree(answer.body()).path("error");
    if (path.equals("/tokenize")) {
      answer = http.post(path, "{\"model\":\"gpt\",\"prompt\":\"a\"}");
    }
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(error.path("param").asText()).isEqualTo("model");
    assertThat(error.path("message").asText()).contains("'gpt'", "'flat', 'pooled'");
  }

  @Test
  void metricsTellThemApart() {
    completion("\"model\":\"pooled\",");
    assertThat(http.get("/q/metrics").body())
        .contains(
            "stlm_queue_depth{model=\"flat\"}",
            "stlm_queue_depth{model=\"pooled\"}",
            "stlm_generated_bytes_total{model=\"pooled\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "pooled"})
  void embeddingsAreTheMeanOfTheVectorsScaledToLengthOne(String name) {
    List<String> texts = List.of(TEXT, "a", "Two. And another sentence, with a longer text.");
    OpenAIClient client = client();
    try {
      CreateEmbeddingResponse answer =
          client
              .embeddings()
              .create(
                  EmbeddingCreateParams.builder().model(name).inputOfArrayOfStrings(texts).build());
      assertThat(answer.data()).hasSize(3);
      assertThat(answer.usage().promptTokens())
          .isEqualTo(texts.stream().mapToInt(String::length).sum());
      Checkpoint checkpoint = name.equals("flat") ? TwoModels.flat() : TwoModels.pooled();
      for (int i = 0; i < texts.size(); i++) {
        double[] expected = embedding(checkpoint, texts.get(i));
        List<Float> given = answer.data().get(i).embedding();
        assertThat(given).hasSize(expected.length);
        for (int d = 0; d < expected.length; d++) {
          assertThat((double) given.get(d)).isCloseTo(expected[d], within(1e-6));
        }
      }
    } finally {
      client.close();
    }
  }

  private static OpenAIClient client() {
    return OpenAIOkHttpClient.builder()
        .baseUrl(Http.ofApplication().base() + "/v1")
        .apiKey("none")
        .maxRetries(0)
        .build();
  }

  private static double[] embedding(Checkpoint checkpoint, String text) {
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session session = model.newSession()) {
      double[] sum = new double[model.config().width()];
      model.vectors(
          List.of(session),
          List.of(model.tokenizer().encode(text)),
          (sequence, index, vector) -> {
            for (int d = 0; d < sum.length; d++) {
              sum[d] += vector[d];
            }
          });
      double length = 0;
      for (double x : sum) {
        length += x * x;
      }
      for (int d = 0; d < sum.length; d++) {
        sum[d] /= Math.sqrt(length);
      }
      return sum;
    }
  }

  @Test
  void anEmbeddingIsTheSameBitsAloneAndWithOthersInBothEncodingsAndFromIds() {
    JsonNode alone = embeddings("\"input\":\"" + TEXT + "\"").path(0).path("embedding");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add("\"" + (i == 23 ? TEXT : "text number " + i) + "\"");
    }
    assertThat(embeddings("\"input\":" + many).path(23).path("embedding")).isEqualTo(alone);
    String base64 =
        embeddings("\"encoding_format\":\"base64\",\"input\":\"" + TEXT + "\"")
            .path(0)
            .path("embedding")
            .asText();
    var floats =
        java.nio.ByteBuffer.wrap(Base64.getDecoder().decode(base64))
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertThat(floats.remaining()).isEqualTo(alone.size());
    for (int i = 0; i < alone.size(); i++) {
      assertThat(floats.get(i)).isEqualTo(alone.path(i).floatValue());
    }
    List<Integer> ids = new ArrayList<>();
    for (byte b : TEXT.getBytes(StandardCharsets.UTF_8)) {
      ids.add(b & 0xFF);
    }
    assertThat(embeddings("\"input\":" + ids).path(0).path("embedding")).isEqualTo(alone);
    assertThat(embeddings("\"input\":[" + ids + "]").path(0).path("embedding")).isEqualTo(alone);
  }

  private JsonNode embeddings(String fields) {
    return http.ask(EMBEDDINGS, "{" + fields + "}").path("data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|input",
        "{\"input\":\"\"}|input",
        "{\"input\":[]}|input",
        "{\"input\":[\"a\",\"\"]}|input",
        "{\"input\":[\"a\",[1]]}|input",
        "{\"input\":[999]}|input",
        "{\"input\":7}|input",
        "{\"input\":\"a\",\"dimensions\":7}|dimensions",
        "{\"input\":\"a\",\"encoding_format\":\"int8\"}|encoding_format",
        "{\"input\":\"a\",\"stream\":true}|stream"
      })
  void badRequestsForEmbeddingsNameTheField(String body, String param) {
    var answer = http.post(EMBEDDINGS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Http.tree(answer.body()).path("error").path("param").asText()).isEqualTo(param);
  }

  @Test
  void everyFieldThatIsDescribedIsKnown() {
    JsonNode fields =
        Http.tree(http.get("/q/openapi?format=json").body())
            .path("components")
            .path("schemas")
            .path("EmbeddingRequest")
            .path("properties");
    assertThat(fields).isNotEmpty();
    for (var field : fields.properties()) {
      assertThat(http.post(EMBEDDINGS, "{\"" + field.getKey() + "\":null}").body())
          .contains("missing_required_parameter");
    }
  }

  @Test
  void aTextLongerThanTheContextIsRefused() {
    var answer = http.post(EMBEDDINGS, "{\"input\":\"%s\"}".formatted("a".repeat(97)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("context_length_exceeded", "96", "97");
    assertThat(embeddings("\"input\":\"%s\"".formatted("a".repeat(96)))).hasSize(1);
  }
}
