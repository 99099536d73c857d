package dev.stlm.serving.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(AccessLogTest.WithJson.class)
class AccessLogTest {
  private static final String SECRET = "mellon";

  private final Http http = Http.ofApplication();
  private final Lines lines = new Lines();

  /** The toy model, with a line a request. */
  public static final class WithJson implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new ToyServer().getConfigOverrides());
      settings.put("stlm.log.format", "json");
      return settings;
    }
  }

  /** All that is logged, by anyone. */
  private static final class Lines extends Handler {
    private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> requests = new LinkedBlockingQueue<>();

    /** With a formatter that knows them, records come with their parameters. */
    Lines() {
      setFormatter(new JsonLines());
    }

    @Override
    public void publish(LogRecord record) {
      String line = getFormatter().format(record);
      all.add(line);
      JsonNode node = Http.tree(line);
      if (node.has("request_id")) {
        requests.add(node);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(lines);
  }

  @AfterEach
  void leave() {
    Logger.getLogger("").removeHandler(lines);
  }

  private JsonNode next() throws InterruptedException {
    JsonNode line = lines.requests.poll(30, TimeUnit.SECONDS);
    assertThat(line).as("a line of the log").isNotNull();
    return line;
  }

  @Test
  void aStreamIsDescribedByNumbersAlone() throws InterruptedException {
    HttpResponse<String> answer =
        http.withHeader("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .withHeader("X-Request-Id", "order-66")
            .post(
                "/v1/completions",
                "{\"prompt\":\"mellon\",\"max_tokens\":9,\"stream\":true,\"logit_bias\":{\"97\":100}}");
    assertThat(answer.headers().firstValue("x-request-id")).hasValue("order-66");
    JsonNode line = next();
    assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("request_id").asText()).isEqualTo("order-66");
    assertThat(line.path("trace_id").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(line.path("method").asText()).isEqualTo("POST");
    assertThat(line.path("path").asText()).isEqualTo("/v1/completions");
    assertThat(line.path("status").asInt()).isEqualTo(200);
    assertThat(line.path("model").asText()).isEqualTo("toy");
    assertThat(line.path("prompt_tokens").asInt()).isEqualTo(6);
    assertThat(line.path("generated_tokens").asInt()).isEqualTo(9);
    assertThat(line.path("ttfb_ms").asDouble()).isPositive();
    assertThat(line.path("ms").asDouble()).isGreaterThanOrEqualTo(line.path("ttfb_ms").asDouble());
    assertThat(line.path("complete").asBoolean()).isTrue();
  }

  @Test
  void noLineEverHoldsAPromptOrAnAnswerOrAKey() throws InterruptedException {
    List<String> bodies =
        List.of(
            "{\"prompt\":\"mellon\",\"max_tokens\":5}",
            "{\"prompt\":\"mellon\",\"max_tokens\":-5}",
            "{\"prompt\":\"mellon\",\"stop\":\"mellon\",\"mellon\":1}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"mellon\"}]}",
            "mellon",
            "{\"prompt\":\"mellon\",\"model\":\"mellon\"}");
    int asked = 0;
    for (String path : List.of("/v1/completions", "/v1/chat/completions", "/tokenize")) {
      for (String body : bodies) {
        http.withHeader("Authorization", "Bearer mellon").post(path + "?q=mellon", body);
        asked++;
      }
    }
    Gate.OF_APPLICATION.breakDown();
    try {
      http.post("/v1/completions", bodies.getFirst());
    } finally {
      Gate.OF_APPLICATION.open();
    }
    for (int i = 0; i <= asked; i++) {
      assertThat(next().path("request_id").asText()).isNotEmpty();
    }
    assertThat(lines.all).isNotEmpty().noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void aClientThatLeavesIsSaidToHaveLeft() throws Exception {
    Gate.OF_APPLICATION.shut();
    try {
      URI base = URI.create(http.base());
      try (Socket socket = new Socket(base.getHost(), base.getPort())) {
        String body = "{\"prompt\":\"mellon\",\"max_tokens\":50,\"stream\":true}";
        String request =
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        Gate.OF_APPLICATION.awaitBlocked();
      }
      JsonNode line = next();
      assertThat(line.path("status").asInt()).isEqualTo(499);
      assertThat(line.path("complete").asBoolean()).isFalse();
      assertThat(line.has("ttfb_ms")).isFalse();
    } finally {
      Gate.OF_APPLICATION.open();
    }
  }

  @Test
  void aPathAndAnIdCanNotForgeLines() throws InterruptedException, IOException {
    URI base = URI.create(http.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String request =
          "GET /a%0a\u001b[31mb HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a b\"c\r\ntraceparent: 00-zz\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
    }
    String head = http.get("/nothing").headers().firstValue("x-request-id").orElse("");
    assertThat(head).matches("[0-9a-f]{32}");
    assertThat(lines.all)
        .allSatisfy(
            line -> assertThat(line.strip()).matches("[\\x20-\\x7e]*").doesNotContain("a b"));
  }

  @Test
  void otherRecordsAreObjectsToo() {
    ExtLogRecord record =
        new ExtLogRecord(
            java.util.logging.Level.SEVERE, "broken \"%s\"", ExtLogRecord.FormatStyle.PRINTF, "x");
    record.setParameters(new Object[] {"part"});
    record.setLoggerName("some.where");
    record.setThrown(new IllegalStateException("why"));
    String text = new JsonLines().format(record);
    assertThat(text).endsWith("\n").isEqualTo(text.strip() + "\n");
    JsonNode line = Http.tree(text);
    assertThat(line.path("message").asText()).isEqualTo("broken \"part\"");
    assertThat(line.path("error").asText()).contains("IllegalStateException: why");
  }
}
