package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(LimitsTest.Small.class)
class LimitsTest {
  private static final String PATH = "/v1/completions";

  private final Http http = Http.ofApplication();

  /** One sequence at a time, two may wait, for two seconds. */
  public static final class Small implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "stlm.serve.model", "no-directory-needed",
          "stlm.serve.name", "toy",
          "stlm.serve.runtime", "toy",
          "stlm.serve.max-active", "1",
          "stlm.serve.max-queue", "2",
          "stlm.serve.timeout", "2");
    }
  }

  @AfterEach
  void open() {
    Gate.OF_APPLICATION.open();
    awaitMetric("stlm_active_sequences", 0);
    awaitMetric("stlm_queue_depth", 0);
  }

  @Test
  void beyondTheQueueRequestsAreRefusedUntilThereIsRoom() throws InterruptedException {
    Gate.OF_APPLICATION.shut();
    CompletableFuture<HttpResponse<String>> first = http.postLater(PATH, "{\"prompt\":\"a\"}");
    Gate.OF_APPLICATION.awaitBlocked();
    CompletableFuture<HttpResponse<String>> second =
        http.postLater(PATH, "{\"prompt\":[\"b\",\"c\"]}");
    awaitMetric("stlm_queue_depth", 2);
    for (String stream : new String[] {"true", "false"}) {
      HttpResponse<String> refused =
          http.post(PATH, "{\"prompt\":\"d\",\"stream\":" + stream + "}");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after").orElse("")).matches("[1-9][0-9]?");
      JsonNode error = Http.tree(refused.body()).path("error");
      assertThat(error.path("code").asText()).isEqualTo("queue_full");
      assertThat(error.path("type").asText()).isEqualTo("rate_limit_error");
    }
    Gate.OF_APPLICATION.open();
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(second.join().statusCode()).isEqualTo(200);
    http.ask(PATH, "{\"prompt\":\"d\"}");
  }

  @Test
  void aRequestThatCanNeverFitIsABadRequest() {
    assertThat(http.post(PATH, "{\"prompt\":[\"a\",\"b\",\"c\"]}").statusCode()).isEqualTo(400);
    assertThat(http.post(PATH, "{\"prompt\":\"a\",\"n\":2}").statusCode()).isEqualTo(400);
  }

  @Test
  void aRequestThatTakesTooLongIsAnsweredSo() throws InterruptedException {
    Gate.OF_APPLICATION.shut();
    CompletableFuture<HttpResponse<String>> late = http.postLater(PATH, "{\"prompt\":\"a\"}");
    Gate.OF_APPLICATION.awaitBlocked();
    Instant limit = Instant.now().plus(Duration.ofMillis(2100));
    while (Instant.now().isBefore(limit)) {
      Thread.onSpinWait();
    }
    Gate.OF_APPLICATION.open();
    assertThat(late.join().statusCode()).isEqualTo(503);
    assertThat(late.join().body()).contains("\"timeout\"");
  }

  @Test
  void workStopsWhenTheClientLeaves() throws Exception {
    double cancelled = metric("stlm_requests_total{model=\"toy\",outcome=\"cancelled\"}");
    URI base = URI.create(http.base());
    Gate.OF_APPLICATION.shut();
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String body = "{\"prompt\":\"a\",\"max_tokens\":2000,\"stream\":true}";
      socket
          .getOutputStream()
          .write(
              ("POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      Gate.OF_APPLICATION.awaitBlocked();
    }
    awaitMetric("http_server_active_connections", 1);
    Gate.OF_APPLICATION.open();
    awaitMetric("stlm_requests_total{model=\"toy\",outcome=\"cancelled\"}", cancelled + 1);
  }

  /** Reads the metric again and again: each reading is a request, so this does not spin. */
  private void awaitMetric(String name, double value) {
    Instant limit = Instant.now().plus(Duration.ofSeconds(20));
    while (metric(name) != value) {
      assertThat(Instant.now()).as(name + " = " + metric(name)).isBefore(limit);
    }
  }

  private double metric(String name) {
    return http.get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void halfARequestHoldsNothingUp() throws IOException {
    URI base = URI.create(http.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket
          .getOutputStream()
          .write(
              "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
      http.ask(PATH, "{\"prompt\":\"others are served\"}");
    }
    http.ask(PATH, "{\"prompt\":\"and after it\"}");
  }
}
