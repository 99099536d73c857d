package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ToyServer.class)
class SlowReaderTest {
  private static final int SAMPLES = 8;
  private static final String BODY =
      "\"prompt\":\"slow\",\"n\":8,\"max_tokens\":400,\"seed\":1,\"logprobs\":20,\"logit_bias\":{\"256\":-100}";

  private final Http http = Http.ofApplication();

  @Test
  void whoReadsLateGetsEverythingAndDelaysNobody() throws IOException {
    JsonNode expected = http.ask("/v1/completions", "{" + BODY + "}");
    double ended = ended();
    URI base = URI.create(http.base());
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new java.net.InetSocketAddress(base.getHost(), base.getPort()));
      send(socket, "{" + BODY + ",\"stream\":true}");
      // the engine finishes although nothing is read
      Instant limit = Instant.now().plus(Duration.ofSeconds(30));
      while (ended() < ended + 1) {
        assertThat(Instant.now()).isBefore(limit);
      }
      http.ask("/v1/completions", "{\"prompt\":\"others are served\"}");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).endsWith("data: [DONE]\n\n");
      List<JsonNode> events =
          Stream.of(answer.substring(answer.indexOf("data: ")).split("\n\n", -1))
              .filter(e -> e.startsWith("data: {"))
              .map(e -> Http.tree(e.substring("data: ".length())).path("choices").path(0))
              .toList();
      for (int i = 0; i < SAMPLES; i++) {
        int choice = i;
        List<JsonNode> own =
            events.stream().filter(e -> e.path("index").asInt() == choice).toList();
        StringBuilder text = new StringBuilder();
        own.forEach(e -> text.append(e.path("text").asText()));
        assertThat(text).hasToString(expected.path("choices").path(i).path("text").asText());
        assertThat(own.stream().mapToInt(e -> e.path("logprobs").path("tokens").size()).sum())
            .isEqualTo(400);
      }
    }
  }

  private double ended() {
    return http.get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("stlm_requests_total{model=\"toy\",outcome=\"ok\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** HTTP/1.0 has no chunks, so that the body is what is read. */
  private static void send(Socket socket, String body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/completions HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
