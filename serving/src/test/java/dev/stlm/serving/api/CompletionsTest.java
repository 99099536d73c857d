package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ToyServer.class)
class CompletionsTest {
  private static final String PATH = "/v1/completions";

  private final Http http = Http.ofApplication();

  @Test
  void continuesATextAndCountsBytes() {
    JsonNode answer =
        http.ask(PATH, "{\"model\":\"toy\",\"prompt\":\"Größe\",\"max_tokens\":9,\"seed\":4}");
    JsonNode choice = answer.path("choices").path(0);
    assertThat(answer.path("object").asText()).isEqualTo("text_completion");
    assertThat(answer.path("id").asText()).startsWith("cmpl-");
    assertThat(choice.path("text").asText()).isNotEmpty();
    assertThat(choice.path("finish_reason").asText()).isIn("length", "stop");
    assertThat(choice.path("logprobs").isNull()).isTrue();
    JsonNode usage = answer.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(7);
    assertThat(usage.path("completion_tokens").asInt()).isBetween(1, 9);
    assertThat(usage.path("total_tokens").asInt())
        .isEqualTo(7 + usage.path("completion_tokens").asInt());
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherAnother() {
    String one = text("{\"prompt\":\"a\",\"max_tokens\":40,\"seed\":1}");
    assertThat(text("{\"prompt\":\"a\",\"max_tokens\":40,\"seed\":1}")).isEqualTo(one);
    assertThat(text("{\"prompt\":\"a\",\"max_tokens\":40,\"seed\":2}")).isNotEqualTo(one);
  }

  @Test
  void aStreamHasTheSameTextInOrderAndEndsWithReasonUsageAndDone() {
    String body = "\"prompt\":\"stream\",\"max_tokens\":200,\"seed\":3,\"temperature\":3";
    String whole = text("{" + body + "}");
    List<JsonNode> events =
        http.stream(
            PATH, "{" + body + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    StringBuilder joined = new StringBuilder();
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      joined.append(event.path("choices").path(0).path("text").asText());
    }
    assertThat(joined).hasToString(whole);
    JsonNode beforeLast = events.get(events.size() - 2);
    assertThat(beforeLast.path("choices").path(0).path("finish_reason").asText()).isNotEmpty();
    assertThat(events.getLast().path("choices")).isEmpty();
    assertThat(events.getLast().path("usage").path("prompt_tokens").asInt()).isEqualTo(6);
    assertThat(events)
        .extracting(e -> e.path("id").asText())
        .containsOnly(events.getFirst().path("id").asText());
  }

  @Test
  void eightStreamsAtOnceGiveWhatEachGivesAlone() {
    List<String> alone = new ArrayList<>();
    List<CompletableFuture<HttpResponse<String>>> together = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      alone.add(text(request(i, false)));
    }
    for (int i = 0; i < 8; i++) {
      together.add(http.postLater(PATH, request(i, true)));
    }
    for (int i = 0; i < 8; i++) {
      StringBuilder joined = new StringBuilder();
      for (JsonNode event : Http.events(together.get(i).join())) {
        joined.append(event.path("choices").path(0).path("text").asText());
      }
      assertThat(joined).hasToString(alone.get(i));
    }
  }

  private static String request(int seed, boolean stream) {
    return "{\"prompt\":\"p%d\",\"max_tokens\":%d,\"seed\":%d,\"stream\":%b}"
        .formatted(seed, 50 + 30 * seed, seed, stream);
  }

  @Test
  void everyPromptAndSampleIsAChoiceInOrder() {
    JsonNode answer =
        http.ask(
            PATH,
            "{\"prompt\":[\"one\",\"two\"],\"n\":2,\"max_tokens\":20,\"seed\":9,\"echo\":true}");
    List<String> texts = answer.findValuesAsText("text");
    assertThat(answer.findValues("index")).extracting(JsonNode::asInt).containsExactly(0, 1, 2, 3);
    assertThat(texts.subList(0, 2)).allMatch(t -> t.startsWith("one"));
    assertThat(texts.subList(2, 4)).allMatch(t -> t.startsWith("two"));
    assertThat(texts).doesNotHaveDuplicates();
    assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(6);
  }

  @Test
  void aStopTextEndsTheTextAndIsLeftOut() {
    String whole = text("{\"prompt\":\"abc\",\"max_tokens\":60,\"temperature\":0}");
    String stop = whole.substring(10, 13);
    String cut = whole.substring(0, whole.indexOf(stop));
    String body =
        "\"prompt\":\"abc\",\"max_tokens\":60,\"temperature\":0,\"stop\":[\"never\",\""
            + stop
            + "\"]";
    JsonNode choice = http.ask(PATH, "{" + body + "}").path("choices").path(0);
    assertThat(choice.path("text").asText()).isEqualTo(cut);
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    StringBuilder streamed = new StringBuilder();
    http.stream(PATH, "{" + body + ",\"stream\":true}")
        .forEach(e -> streamed.append(e.path("choices").path(0).path("text").asText()));
    assertThat(streamed).hasToString(cut);
  }

  @Test
  void aStreamNeverHoldsHalfACharacter() {
    // both bytes of é are made likely, so that whole and broken characters come
    String body =
        "\"prompt\":\"x\",\"max_tokens\":300,\"seed\":1,\"logit_bias\":{\"195\":6,\"169\":6}";
    String whole = text("{" + body + "}");
    assertThat(whole).contains("é").contains("\uFFFD");
    StringBuilder joined = new StringBuilder();
    for (JsonNode event : http.stream(PATH, "{" + body + ",\"stream\":true}")) {
      joined.append(event.path("choices").path(0).path("text").asText());
    }
    assertThat(joined).hasToString(whole);
  }

  @Test
  void anEmptyPromptStartsAText() {
    JsonNode answer = http.ask(PATH, "{\"prompt\":\"\",\"max_tokens\":5,\"seed\":1}");
    assertThat(answer.path("choices").path(0).path("text").isTextual()).isTrue();
  }

  @Test
  void fieldsThatOfficialClientsSendForBookkeepingAreIgnored() {
    http.ask(
        PATH,
        "{\"prompt\":\"a\",\"max_tokens\":2,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"store\":false,"
            + "\"n\":null,\"suffix\":null,\"stop\":null,\"best_of\":1}");
  }

  private String text(String body) {
    return http.ask(PATH, body).path("choices").path(0).path("text").asText();
  }
}
