package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that keep to a form; the toy model alone writes noise. */
@QuarkusTest
@TestProfile(ToyServer.class)
class ConstrainedTest {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String CHAT = "/v1/chat/completions";
  private static final String PERSON =
      """
      {"type":"json_schema","json_schema":{"name":"person","strict":true,"schema":{
        "type":"object",
        "properties":{
          "name":{"type":"string","maxLength":12},
          "age":{"type":"integer","minimum":0,"maximum":150},
          "mood":{"enum":["good","bad"]}},
        "required":["name","age","mood"],
        "additionalProperties":false}}}
      """;

  private final Http http = Http.ofApplication();

  @Test
  void everySampleOfACompletionIsValidJson() {
    String body =
        "\"prompt\":[\"a\",\"b\"],\"max_tokens\":200,\"n\":4,\"seed\":3,\"response_format\":"
            + PERSON;
    JsonNode choices = http.ask(COMPLETIONS, "{" + body + "}").path("choices");
    assertThat(choices).hasSize(8);
    Map<Integer, String> texts = new HashMap<>();
    for (JsonNode choice : choices) {
      assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
      person(choice.path("text").asText());
      texts.put(choice.path("index").asInt(), choice.path("text").asText());
    }
    assertThat(texts.values()).doesNotHaveDuplicates();
    Map<Integer, String> streamed = new HashMap<>();
    for (JsonNode event : http.stream(COMPLETIONS, "{" + body + ",\"stream\":true}")) {
      JsonNode choice = event.path("choices").path(0);
      streamed.merge(choice.path("index").asInt(), choice.path("text").asText(), String::concat);
    }
    assertThat(streamed).isEqualTo(texts);
  }

  @Test
  void anAnswerOfAChatIsValidJsonWholeAndStreamed() {
    String body =
        "\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}],\"max_tokens\":200,\"n\":2,"
            + "\"seed\":8,\"response_format\":"
            + PERSON;
    JsonNode choices = http.ask(CHAT, "{" + body + "}").path("choices");
    Map<Integer, String> texts = new HashMap<>();
    for (JsonNode choice : choices) {
      String content = choice.path("message").path("content").asText();
      person(content);
      texts.put(choice.path("index").asInt(), content);
    }
    Map<Integer, String> streamed = new HashMap<>();
    for (JsonNode event : http.stream(CHAT, "{" + body + ",\"stream\":true}")) {
      JsonNode choice = event.path("choices").path(0);
      streamed.merge(
          choice.path("index").asInt(),
          choice.path("delta").path("content").asText(),
          String::concat);
    }
    assertThat(streamed).isEqualTo(texts);
  }

  private static void person(String text) {
    JsonNode person = Http.tree(text);
    assertThat(person.properties())
        .extracting(p -> p.getKey())
        .containsExactly("name", "age", "mood");
    assertThat(
            person.path("name").asText().codePointCount(0, person.path("name").asText().length()))
        .isLessThanOrEqualTo(12);
    assertThat(person.path("age").isInt()).isTrue();
    assertThat(person.path("age").asInt()).isBetween(0, 150);
    assertThat(person.path("mood").asText()).isIn("good", "bad");
  }

  @Test
  void aRegularExpressionIsKeptTo() {
    for (String field :
        List.of(
            "\"response_format\":{\"type\":\"regex\",\"pattern\":\"[a-f]{3}-\\\\d{2,4}é\"}",
            "\"guided_regex\":\"[a-f]{3}-\\\\d{2,4}é\"")) {
      JsonNode choice =
          http.ask(COMPLETIONS, "{\"prompt\":\"x\",\"max_tokens\":30,\"seed\":1," + field + "}")
              .path("choices")
              .path(0);
      assertThat(choice.path("text").asText()).matches("[a-f]{3}-\\d{2,4}é");
      assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }
  }

  @Test
  void theEndOfTheFormCostsNoToken() {
    JsonNode answer =
        http.ask(
            COMPLETIONS,
            "{\"prompt\":\"x\",\"max_tokens\":4,\"logprobs\":0,\"guided_choice\":[\"yes!\"]}");
    JsonNode choice = answer.path("choices").path(0);
    assertThat(choice.path("text").asText()).isEqualTo("yes!");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(4);
    assertThat(choice.path("logprobs").path("token_logprobs")).hasSize(4);
  }

  @Test
  void anEmptyFormIsAnEmptyText() {
    JsonNode answer = http.ask(COMPLETIONS, "{\"prompt\":\"x\",\"guided_regex\":\"^$\",\"n\":2}");
    for (JsonNode choice : answer.path("choices")) {
      assertThat(choice.path("text").asText()).isEmpty();
      assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }
    assertThat(answer.path("usage").path("completion_tokens").asInt()).isZero();
  }

  @Test
  void aTextThatIsCutSaysSo() {
    JsonNode choice =
        http.ask(COMPLETIONS, "{\"prompt\":\"x\",\"max_tokens\":3,\"guided_choice\":[\"yes!\"]}")
            .path("choices")
            .path(0);
    assertThat(choice.path("text").asText()).isEqualTo("yes");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void logprobsAreThoseOfTheModelWithoutTheForm() {
    JsonNode free =
        http.ask(
            COMPLETIONS, "{\"prompt\":\"xyes\",\"max_tokens\":0,\"echo\":true,\"logprobs\":0}");
    JsonNode kept =
        http.ask(COMPLETIONS, "{\"prompt\":\"x\",\"logprobs\":0,\"guided_choice\":[\"yes\"]}");
    for (int i = 0; i < 3; i++) {
      assertThat(scores(kept).path(i).asDouble()).isEqualTo(scores(free).path(i + 1).asDouble());
    }
  }

  private static JsonNode scores(JsonNode answer) {
    return answer.path("choices").path(0).path("logprobs").path("token_logprobs");
  }

  @Test
  void anyObjectCanBeAskedFor() {
    // the toy model never closes anything by itself: a bias makes it
    JsonNode choice =
        http.ask(
                CHAT,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"json\"}],\"max_tokens\":1000,"
                    + "\"seed\":2,\"logit_bias\":{\"34\":12,\"125\":12,\"93\":12},"
                    + "\"response_format\":{\"type\":\"json_object\"}}")
            .path("choices")
            .path(0);
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(Http.tree(choice.path("message").path("content").asText()).isObject()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"response_format\":\"json\" | response_format",
        "\"response_format\":{} | response_format.type",
        "\"response_format\":{\"type\":\"xml\"} | response_format.type",
        "\"response_format\":{\"type\":\"text\",\"x\":1} | response_format.x",
        "\"response_format\":{\"type\":\"json_object\",\"schema\":{}} | response_format.schema",
        "\"response_format\":{\"type\":\"json_schema\"} | response_format.json_schema",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}} | response_format.json_schema.schema",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"not\":{}}}} | response_format.json_schema.schema",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"x\":1}} | response_format.json_schema.x",
        "\"response_format\":{\"type\":\"regex\"} | response_format.pattern",
        "\"response_format\":{\"type\":\"regex\",\"pattern\":\"(\"} | response_format.pattern",
        "\"guided_json\":\"{}\" | guided_json",
        "\"guided_regex\":\"\\\\1\" | guided_regex",
        "\"guided_choice\":[] | guided_choice",
        "\"guided_choice\":\"a\" | guided_choice",
        "\"guided_choice\":[1] | guided_choice",
        "\"guided_choice\":[\"a\"],\"guided_regex\":\"a\" | response_format",
        "\"guided_grammar\":\"a\" | guided_grammar",
      })
  void aFormThatCanNotBeKeptToIsRefusedByName(String field, String param) {
    for (String body :
        List.of(
            COMPLETIONS + " {\"prompt\":\"a\"," + field + "}",
            CHAT + " {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]," + field + "}")) {
      int space = body.indexOf(' ');
      var response = http.post(body.substring(0, space), body.substring(space + 1));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
      JsonNode error = Http.tree(response.body()).path("error");
      assertThat(error.path("param").asText()).isEqualTo(param);
      assertThat(error.path("message").asText()).contains(param).doesNotContain("\n");
    }
  }
}
