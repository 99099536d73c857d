package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ToyServer.class)
class OperationTest {
  private final Http http = Http.ofApplication();

  @Test
  void healthSaysLiveAndReady() {
    for (String path : new String[] {"/q/health/live", "/q/health/ready"}) {
      JsonNode health = Http.tree(http.get(path).body());
      assertThat(health.path("status").asText()).as(path).isEqualTo("UP");
      assertThat(health.path("checks")).isNotEmpty();
    }
  }

  @Test
  void metricsCountWhatWasDone() {
    double before = metric("stlm_generated_bytes_total{model=\"toy\"}");
    http.ask(
        "/v1/completions", "{\"prompt\":\"count\",\"max_tokens\":30,\"logit_bias\":{\"97\":100}}");
    assertThat(metric("stlm_generated_bytes_total{model=\"toy\"}")).isEqualTo(before + 30);
    String all = http.get("/q/metrics").body();
    assertThat(all)
        .contains(
            "stlm_queue_depth{model=\"toy\"} 0.0",
            "stlm_active_sequences",
            "stlm_first_byte_seconds_bucket",
            "stlm_step_seconds_count",
            "stlm_batch_size_count",
            "stlm_tokens_per_second",
            "stlm_prompt_tokens_total",
            "stlm_rejected_requests_total",
            "stlm_requests_total{model=\"toy\",outcome=\"ok\"}",
            "stlm_queue_wait_seconds_bucket",
            "stlm_bytes_per_second",
            "stlm_prefix_cache_hits_total",
            "stlm_prefix_cache_misses_total",
            "stlm_prefix_cache_tokens_total",
            "stlm_prefix_cache_bytes",
            "stlm_energy_joules_estimate_total");
    assertThat(all).doesNotContain("count\"");
  }

  private double metric(String name) {
    return http.get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  @Test
  void everyDescribedOperationExistsAndIsExplained() {
    JsonNode document = Http.tree(http.get("/q/openapi?format=json").body());
    assertThat(document.path("paths").properties())
        .extracting(p -> p.getKey())
        .contains(
            "/v1/completions",
            "/v1/chat/completions",
            "/v1/embeddings",
            "/v1/classify",
            "/v1/score",
            "/v1/models",
            "/v1/models/{id}",
            "/tokenize",
            "/detokenize",
            "/tokenizer_info");
    for (var path : document.path("paths").properties()) {
      if (path.getKey().startsWith("/q/")) {
        continue;
      }
      for (var operation : path.getValue().properties()) {
        assertThat(operation.getValue().path("summary").asText()).as(path.getKey()).isNotBlank();
        String method = operation.getKey().toUpperCase(Locale.ROOT);
        String url = path.getKey().replace("{id}", "toy");
        int status =
            method.equals("GET") ? http.get(url).statusCode() : http.post(url, "{}").statusCode();
        assertThat(status).as(method + " " + url).isIn(200, 400);
      }
    }
  }

  @Test
  void everyFieldOfADescribedRequestIsKnown() {
    JsonNode schemas =
        Http.tree(http.get("/q/openapi?format=json").body()).path("components").path("schemas");
    for (String name : new String[] {"CompletionRequest", "ChatRequest"}) {
      String path = name.startsWith("Chat") ? "/v1/chat/completions" : "/v1/completions";
      JsonNode own = schemas.path(name).path("allOf").path(1).path("properties");
      for (JsonNode fields : new JsonNode[] {own, schemas.path("Generation").path("properties")}) {
        assertThat(fields).isNotEmpty();
        for (var field : fields.properties()) {
          String answer = http.post(path, "{\"" + field.getKey() + "\":null}").body();
          assertThat(answer).contains("missing_required_parameter");
        }
      }
    }
  }
}
