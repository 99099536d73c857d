package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.score.BitsPerByte;
import dev.stlm.model.score.Loglikelihood;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.TwoModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores, labels and forms with models on the CPU, in batches and from the prefix cache. */
@QuarkusTest
@TestProfile(TwoModels.class)
class ScoredModelsTest {
  private static final String TEXT = "The quick brown fox. ".repeat(20);

  private final Http http = Http.ofApplication();

  private static Checkpoint checkpoint(String name) {
    return name.equals("flat") ? TwoModels.flat() : TwoModels.pooled();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "pooled"})
  void aTextHasTheBitsOfTheModelWhateverElseRuns(String name) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      texts.add(TEXT.substring(0, 10 + 60 * i));
    }
    List<CompletableFuture<JsonNode>> answers =
        texts.stream()
            .map(text ->
                http.postLater(
                        "/v1/score", "{\"model\":\"%s\",\"text\":\"%s\"}".formatted(name, text))
                    .thenApply(r -> Http.tree(r.body()).path("data").path(0)))
            .toList();
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint(name))) {
      for (int i = 0; i < texts.size(); i++) {
        byte[] bytes = texts.get(i).getBytes(StandardCharsets.UTF_8);
        assertThat(answers.get(i).join().path("bits_per_byte").asDouble())
            .isEqualTo(BitsPerByte.measure(model, bytes).bitsPerByte());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "pooled"})
  void aLabelHasTheLikelihoodOfTheModelAgainAndAgain(String name) {
    String body =
        "{\"model\":\"%s\",\"input\":\"The quick brown fox jumps over the lazy dog\",\"labels\":[\" good\",\" bad\",\" so\"]}"
            .formatted(name);
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint(name))) {
      int[] input = model.tokenizer().encode("The quick brown fox jumps over the lazy dog");
      // the second time what was read before is there
      for (int time = 0; time < 2; time++) {
        JsonNode scores = http.ask("/v1/classify", body).path("data").path(0).path("scores");
        assertThat(scores).hasSize(3);
        for (JsonNode score : scores) {
          int[] label = model.tokenizer().encode(score.path("label").asText());
          assertThat(score.path("logprob").asDouble())
              .isEqualTo(Loglikelihood.score(model, input, label).logLikelihood());
        }
      }
    }
  }

  @Test
  void patchesStartWhereTheModelSays() {
    JsonNode data =
        http.ask("/v1/score", "{\"model\":\"pooled\",\"text\":\"One two  three-four.\"}")
            .path("data")
            .path(0);
    PatchTracker tracker =
        new PatchTracker(((PooledConfig) TwoModels.pooled().config()).patcher().create());
    List<Integer> expected = new ArrayList<>(List.of(0));
    for (int i = 0; i < 19; i++) {
      if (tracker.accept("One two  three-four.".charAt(i))) {
        expected.add(i + 1);
      }
    }
    assertThat(expected).hasSizeGreaterThan(2);
    assertThat(data.path("patch_starts")).extracting(JsonNode::asInt).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "pooled"})
  void textsOfManyClientsKeepToTheirForms(String name) {
    List<CompletableFuture<String>> texts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      texts.add(
          http.postLater(
                  "/v1/completions",
                  "{\"model\":\"%s\",\"prompt\":\"%d\",\"seed\":%d,\"max_tokens\":60,\"guided_regex\":\"[a-e]{%d}(é|-)+z\"}"
                      .formatted(name, i, i, i + 1))
              .thenApply(r -> Http.tree(r.body()).path("choices").path(0).path("text").asText()));
    }
    for (int i = 0; i < texts.size(); i++) {
      assertThat(texts.get(i).join()).matches("[a-e]{%d}(é|-)+z?".formatted(i + 1));
    }
  }

  @Test
  void langChain4jEmbedsTexts() {
    OpenAiEmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .baseUrl(http.base() + "/v1")
            .apiKey("none")
            .modelName("flat")
            .maxRetries(0)
            .build();
    var embeddings =
        model.embedAll(List.of(TextSegment.from("one"), TextSegment.from("two"))).content();
    assertThat(embeddings).hasSize(2);
    float[] one = model.embed("one").content().vector();
    assertThat(embeddings.getFirst().vector()).isEqualTo(one);
    assertThat(one).hasSize(TwoModels.flat().config().width());
  }
}
