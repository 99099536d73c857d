package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ToyServer.class)
class ChatTest {
  private static final String PATH = "/v1/chat/completions";

  private static final String MESSAGES =
      """
      "messages":[
        {"role":"system","content":"Be brief."},
        {"role":"user","content":"Hi <|endoftext|>"},
        {"role":"assistant","content":"Hello."},
        {"role":"user","content":[{"type":"text","text":"And"},{"type":"text","text":" now?"}]}]
      """;

  private final Http http = Http.ofApplication();

  @Test
  void theAnswerContinuesTheMessagesWrittenAsText() {
    JsonNode chat = http.ask(PATH, "{%s,\"max_tokens\":30,\"temperature\":0}".formatted(MESSAGES));
    String written =
        "Be brief.\\nUser: Hi <|endoftext|>\\nAssistant: Hello.\\nUser: And now?\\nAssistant:";
    JsonNode plain =
        http.ask(
            "/v1/completions",
            "{\"prompt\":\"%s\",\"max_tokens\":30,\"temperature\":0}".formatted(written));
    JsonNode choice = chat.path("choices").path(0);
    String expected = plain.path("choices").path(0).path("text").asText().replaceFirst("^ ", "");
    assertThat(choice.path("message").path("content").asText()).isEqualTo(expected);
    assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
    assertThat(chat.path("object").asText()).isEqualTo("chat.completion");
    assertThat(chat.path("usage").path("prompt_tokens"))
        .isEqualTo(plain.path("usage").path("prompt_tokens"));
  }

  @Test
  void aStreamBeginsWithTheRoleAndHasTheSameText() {
    String body = MESSAGES + ",\"max_completion_tokens\":80,\"seed\":6,\"n\":2";
    List<String> whole = http.ask(PATH, "{" + body + "}").findValuesAsText("content");
    StringBuilder[] joined = {new StringBuilder(), new StringBuilder()};
    List<JsonNode> events = http.stream(PATH, "{" + body + ",\"stream\":true}");
    assertThat(events.getFirst().path("choices").path(0).path("delta").path("role").asText())
        .isEqualTo("assistant");
    for (JsonNode event : events) {
      assertThat(event.path("object").asText()).isEqualTo("chat.completion.chunk");
      JsonNode choice = event.path("choices").path(0);
      joined[choice.path("index").asInt()].append(choice.path("delta").path("content").asText());
    }
    assertThat(List.of(joined[0].toString(), joined[1].toString())).isEqualTo(whole);
  }

  @Test
  void theClientsStopTextsEndTheAnswer() {
    JsonNode choice =
        http.ask(PATH, "{%s,\"max_tokens\":1500,\"seed\":1,\"stop\":\"e\"}".formatted(MESSAGES))
            .path("choices")
            .path(0);
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice.path("message").path("content").asText()).doesNotContain("e");
  }

  @Test
  void aStreamHasTheLogprobsOfTheWhole() {
    String body = MESSAGES + ",\"max_tokens\":20,\"seed\":3,\"logprobs\":true,\"top_logprobs\":3";
    JsonNode whole =
        http.ask(PATH, "{" + body + "}").path("choices").path(0).path("logprobs").path("content");
    List<JsonNode> streamed = new ArrayList<>();
    for (JsonNode event : http.stream(PATH, "{" + body + ",\"stream\":true}")) {
      event.path("choices").path(0).path("logprobs").path("content").forEach(streamed::add);
    }
    assertThat(whole).hasSizeGreaterThan(4);
    assertThat(streamed).containsExactlyElementsOf(whole);
  }

  @Test
  void logprobsNameTheBytesOfEachToken() {
    JsonNode content =
        http.ask(
                PATH,
                "{%s,\"max_tokens\":5,\"seed\":1,\"logprobs\":true,\"top_logprobs\":2}"
                    .formatted(MESSAGES))
            .path("choices")
            .path(0)
            .path("logprobs")
            .path("content");
    assertThat(content).isNotEmpty();
    for (JsonNode token : content) {
      assertThat(token.path("logprob").asDouble()).isNegative();
      assertThat(token.path("bytes")).isNotEmpty();
      assertThat(token.path("top_logprobs")).hasSize(2);
    }
  }
}
