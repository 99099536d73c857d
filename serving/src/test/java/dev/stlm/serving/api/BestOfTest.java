package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ToyServer.class)
class BestOfTest {
  private static final String PATH = "/v1/completions";
  private static final String BODY =
      "\"prompt\":[\"one\",\"two\"],\"max_tokens\":12,\"seed\":4,\"echo\":true,\"stop\":\"e\"";

  private final Http http = Http.ofApplication();

  private record Text(String text, double mean) {}

  @Test
  void theTextsWithTheLikeliestTokensAreGivenBestFirst() {
    JsonNode all = http.ask(PATH, "{" + BODY + ",\"n\":6,\"logprobs\":0}");
    JsonNode best = http.ask(PATH, "{" + BODY + ",\"n\":2,\"best_of\":6}");
    assertThat(best.path("choices")).hasSize(4);
    for (int prompt = 0; prompt < 2; prompt++) {
      List<Text> texts = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        JsonNode choice = all.path("choices").path(prompt * 6 + i);
        JsonNode scores = choice.path("logprobs").path("token_logprobs");
        double sum = 0;
        for (int t = 3; t < scores.size(); t++) {
          sum += scores.path(t).asDouble();
        }
        texts.add(new Text(choice.path("text").asText(), sum / (scores.size() - 3)));
      }
      texts.sort(Comparator.comparingDouble(Text::mean).reversed());
      for (int rank = 0; rank < 2; rank++) {
        JsonNode choice = best.path("choices").path(prompt * 2 + rank);
        assertThat(choice.path("text").asText()).isEqualTo(texts.get(rank).text());
        assertThat(choice.path("index").asInt()).isEqualTo(prompt * 2 + rank);
        assertThat(choice.path("logprobs").isNull()).isTrue();
      }
    }
    assertThat(best.path("usage")).isEqualTo(all.path("usage"));
  }

  @Test
  void asManyAsAreAskedForIsNoChoice() {
    String body = "\"prompt\":\"a\",\"max_tokens\":9,\"seed\":4,\"n\":2";
    List<String> plain = http.ask(PATH, "{" + body + "}").findValuesAsText("text");
    assertThat(http.ask(PATH, "{" + body + ",\"best_of\":2}").findValuesAsText("text"))
        .isEqualTo(plain);
    assertThat(http.stream(PATH, "{" + body + ",\"best_of\":2,\"stream\":true}")).isNotEmpty();
  }
}
