package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ToyServer.class)
class BadRequestsTest {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String CHAT = "/v1/chat/completions";

  private final Http http = Http.ofApplication();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | prompt",
        "{\"prompt\":5} | prompt",
        "{\"prompt\":[]} | prompt",
        "{\"prompt\":[\"a\",[1]]} | prompt",
        "{\"prompt\":[[1],\"a\"]} | prompt",
        "{\"prompt\":[1,\"a\"]} | prompt",
        "{\"prompt\":[1.5]} | prompt",
        "{\"prompt\":[300]} | prompt",
        "{\"prompt\":[-1]} | prompt",
        "{\"prompt\":\"\\ud800\"} | prompt",
        "{\"prompt\":\"a\",\"max_tokens\":0} | max_tokens",
        "{\"prompt\":\"a\",\"max_tokens\":-1} | max_tokens",
        "{\"prompt\":\"a\",\"max_tokens\":1e99} | max_tokens",
        "{\"prompt\":\"a\",\"max_tokens\":\"5\"} | max_tokens",
        "{\"prompt\":\"a\",\"temperature\":-1} | temperature",
        "{\"prompt\":\"a\",\"temperature\":\"hot\"} | temperature",
        "{\"prompt\":\"a\",\"top_p\":1.1} | top_p",
        "{\"prompt\":\"a\",\"top_k\":-2} | top_k",
        "{\"prompt\":\"a\",\"min_p\":2} | min_p",
        "{\"prompt\":\"a\",\"repetition_penalty\":0} | repetition_penalty",
        "{\"prompt\":\"a\",\"presence_penalty\":3} | presence_penalty",
        "{\"prompt\":\"a\",\"n\":0} | n",
        "{\"prompt\":\"a\",\"n\":9} | n",
        "{\"prompt\":\"a\",\"n\":3,\"best_of\":2} | best_of",
        "{\"prompt\":\"a\",\"best_of\":9} | best_of",
        "{\"prompt\":\"a\",\"best_of\":2,\"stream\":true} | best_of",
        "{\"prompt\":\"a\",\"suffix\":\"b\"} | suffix",
        "{\"prompt\":\"a\",\"stream\":\"yes\"} | stream",
        "{\"prompt\":\"a\",\"stream_options\":{}} | stream_options",
        "{\"prompt\":\"a\",\"stop\":\"\"} | stop",
        "{\"prompt\":\"a\",\"stop\":[1]} | stop",
        "{\"prompt\":\"a\",\"logprobs\":21} | logprobs",
        "{\"prompt\":\"a\",\"logit_bias\":{\"999\":1}} | logit_bias",
        "{\"prompt\":\"a\",\"logit_bias\":{\"9\":101}} | logit_bias.9",
        "{\"prompt\":\"a\",\"seed\":1.5} | seed",
        "{\"prompt\":\"a\",\"seed\":99999999999999999999} | seed",
        "{\"prompt\":\"a\",\"frobnicate\":1} | frobnicate",
      })
  void aBadFieldOfACompletionIsNamed(String body, String field) {
    refused(COMPLETIONS, body, field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | messages",
        "{\"messages\":[]} | messages",
        "{\"messages\":[5]} | messages[0]",
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]} | messages[0].role",
        "{\"messages\":[{\"role\":\"user\"}]} | messages[0].content",
        "{\"messages\":[{\"role\":\"user\",\"content\":5}]} | messages[0].content",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]} | messages[0].content",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"\\udc00\"}]} | messages[0].content",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"x\":1}]} | messages[0].x",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{}]} | tools",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"best_of\":2} | best_of",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"modalities\":[\"audio\"]} | modalities",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"top_logprobs\":2} | top_logprobs",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"logprobs\":5} | logprobs",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"echo\":true} | echo",
      })
  void aBadFieldOfAChatIsNamed(String body, String field) {
    refused(CHAT, body, field);
  }

  private void refused(String path, String body, String field) {
    JsonNode error = error(http.post(path, body), 400);
    assertThat(error.path("param").asText()).isEqualTo(field);
    assertThat(error.path("message").asText()).contains(field.replaceFirst(".*\\.", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "nothing",
        "[]",
        "\"text\"",
        "{\"prompt\":\"a\"} trailing",
        "{\"prompt\":\"a\",\"prompt\":\"b\"}",
        "{'prompt':'a'}",
        "{\"prompt\":NaN}",
        "{\"prompt\":\"\\x\"}"
      })
  void whatIsNotAJsonObjectIsRefused(String body) {
    assertThat(error(http.post(COMPLETIONS, body), 400).path("code").asText())
        .isEqualTo("invalid_json");
  }

  @Test
  void deepNestingIsRefused() {
    error(http.post(COMPLETIONS, "[".repeat(20_000)), 400);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"prompt\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(error(http.post(COMPLETIONS, "application/json", body), 400).path("code").asText())
        .isEqualTo("invalid_utf8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16"
      })
  void otherContentTypesAreRefused(String type) {
    error(http.post(COMPLETIONS, type, "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8)), 415);
  }

  @Test
  void aContextThatIsTooShortIsSaidWithBothNumbers() {
    String prompt = "x".repeat(2000);
    JsonNode error =
        error(http.post(COMPLETIONS, "{\"prompt\":\"" + prompt + "\",\"max_tokens\":50}"), 400);
    assertThat(error.path("code").asText()).isEqualTo("context_length_exceeded");
    assertThat(error.path("message").asText()).contains("2048").contains("2000").contains("50");
    assertThat(
            http.post(COMPLETIONS, "{\"prompt\":\"" + prompt + "\",\"max_tokens\":49}")
                .statusCode())
        .isEqualTo(200);
    error(http.post(COMPLETIONS, "{\"prompt\":\"" + "x".repeat(2049) + "\"}"), 400);
    error(
        http.post(
            CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(2049) + "\"}]}"),
        400);
  }

  @Test
  void aLargeBodyIsRefusedWhetherItsLengthIsSaidOrNot() throws IOException {
    String body = "{\"prompt\":\"" + "x".repeat(70_000) + "\"}";
    error(http.post(COMPLETIONS, body), 413);
    String chunked =
        raw(
            "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n11170\r\n"
                + "x".repeat(70_000)
                + "\r\n0\r\n\r\n");
    assertThat(chunked).startsWith("HTTP/1.1 413").contains("\"error\"");
  }

  @Test
  void anotherModelIsNotFound() {
    assertThat(
            error(http.post(COMPLETIONS, "{\"prompt\":\"a\",\"model\":\"gpt\"}"), 404)
                .path("code")
                .asText())
        .isEqualTo("model_not_found");
    error(http.get("/v1/models/gpt"), 404);
  }

  @Test
  void otherPathsAndMethodsAreRefused() {
    error(http.get("/v1/engines"), 404);
    error(http.get("/page/nothing.js"), 404);
    error(http.post("/", "{}"), 404);
    HttpResponse<String> wrong = http.get(COMPLETIONS);
    error(wrong, 405);
    assertThat(wrong.headers().firstValue("allow")).hasValue("POST");
    error(http.method("DELETE", "/v1/models"), 405);
    error(http.method("PUT", "/tokenize"), 405);
  }

  @Test
  void badIdsAreNotDetokenized() {
    error(http.post("/detokenize", "{\"tokens\":[257]}"), 400);
    error(http.post("/detokenize", "{\"tokens\":\"a\"}"), 400);
    error(http.post("/tokenize", "{}"), 400);
  }

  @Test
  void aFailureOfTheModelIsAServerErrorWithoutDetails() {
    Gate.OF_APPLICATION.breakDown();
    try {
      JsonNode error = error(http.post(COMPLETIONS, "{\"prompt\":\"secret\"}"), 500);
      assertThat(error.toString()).doesNotContain("secret").doesNotContain("broken");
      error(http.post(COMPLETIONS, "{\"prompt\":\"a\",\"stream\":true}"), 500);
    } finally {
      Gate.OF_APPLICATION.open();
    }
    http.ask(COMPLETIONS, "{\"prompt\":\"a\"}");
  }

  @Test
  void noOtherSiteMayAskThroughABrowser() {
    HttpResponse<String> preflight = http.method("OPTIONS", COMPLETIONS);
    assertThat(preflight.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
  }

  /** The error of an answer, whose form is checked. */
  private static JsonNode error(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = Http.tree(response.body()).path("error");
    assertThat(Stream.of("message", "type", "param", "code")).allMatch(error::has);
    assertThat(error.path("message").asText()).isNotBlank().doesNotContain("\n");
    assertThat(error.path("type").asText())
        .isEqualTo(status < 500 ? "invalid_request_error" : "server_error");
    return error;
  }

  private String raw(String request) throws IOException {
    URI base = URI.create(http.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      while (!answer.toString().endsWith("}}")) {
        answer.append((char) socket.getInputStream().read());
      }
      return answer.toString();
    }
  }

  @Test
  void aModelWithoutVectorsEmbedsNothing() {
    HttpResponse<String> answer = http.post("/v1/embeddings", "{\"input\":\"a\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("gives no vectors", "\"param\":\"model\"");
  }
}
