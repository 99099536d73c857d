package dev.stlm.serving.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests: whatever comes, the server answers and does not fail. {@code
 * -Dstlm.fuzz.requests=N} sends more of them, {@code -Dstlm.fuzz.seed=N} others.
 */
@QuarkusTest
@TestProfile(RequestFuzzTest.WithoutCache.class)
class RequestFuzzTest {
  private static final int AT_ONCE = 16;

  private static final Map<String, String> SEEDS =
      Map.of(
          "/v1/completions",
          """
          {"model":"toy","prompt":["ab","é"],"max_tokens":3,"temperature":0.7,"top_p":0.9,"n":2,"best_of":3,"seed":1,"echo":true,
          "logprobs":2,"stop":["x"],"logit_bias":{"65":1},"stream":false,"frequency_penalty":0.1,"presence_penalty":0.1,
          "response_format":{"type":"regex","pattern":"[a-z]{2,}"}}
          """,
          "/v1/chat/completions",
          """
          {"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"hi"}]}],
          "max_completion_tokens":4,"logprobs":true,"top_logprobs":2,"stream":true,"stream_options":{"include_usage":true},
          "response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{"type":"object",
          "properties":{"x":{"type":["integer","null"],"maximum":3},"y":{"enum":["a","b"]},"z":{"type":"array",
          "items":{"$ref":"#/$defs/q"},"maxItems":3}},"required":["x","y","z"],"additionalProperties":false,
          "$defs":{"q":{"anyOf":[{"const":1},{"type":"string","pattern":"^[a-c]{1,4}$"}]}}}}}}
          """,
          "/v1/score",
          """
          {"model":"toy","context":"a","continuations":["b","cé"]}
          """,
          "/v1/classify",
          """
          {"input":["ab","c"],"labels":["x","yz"],"template":"Q {input}","normalize":"bytes","end":true}
          """,
          "/v1/embeddings",
          """
          {"model":"toy","input":["a","b"],"encoding_format":"base64"}
          """,
          "/tokenize",
          """
          {"model":"toy","prompt":"<|endoftext|>ab","add_special_tokens":true}
          """,
          "/detokenize",
          """
          {"model":"toy","tokens":[65,200,256]}
          """);

  private static final List<String> NAMES =
      List.of(
          ("model prompt messages max_tokens max_completion_tokens n best_of stream stream_options logprobs top_logprobs echo stop"
                  + " seed temperature top_p top_k min_p repetition_penalty frequency_penalty presence_penalty logit_bias"
                  + " response_format tools suffix user tokens input labels role content type text context continuations template"
                  + " normalize end encoding_format dimensions json_schema schema properties required items anyOf $ref pattern"
                  + " minimum maxLength zzz")
              .split(" "));

  /** Every session is closed once its request is over. */
  public static final class WithoutCache implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new ToyServer().getConfigOverrides());
      settings.put("stlm.serve.prefix-cache", "0");
      return settings;
    }
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Test
  void noMutatedRequestIsAnsweredWithAServerError() throws InterruptedException {
    int requests = Integer.getInteger("stlm.fuzz.requests", 4000);
    SplittableRandom random = new SplittableRandom(Long.getLong("stlm.fuzz.seed", 1));
    Mutator mutator = new Mutator(random, NAMES);
    List<String> paths = SEEDS.keySet().stream().sorted().toList();
    String base = Http.ofApplication().base();
    for (int i = 0; i < requests && failures.isEmpty(); i++) {
      String path = paths.get(random.nextInt(paths.size()));
      send(base, path, mutator.mutate(SEEDS.get(path)));
    }
    room.acquire(AT_ONCE);
    assertThat(failures).isEmpty();
    assertThat(answered)
        .as("requests that still mean something")
        .hasValueGreaterThan(requests / 20);
    assertThat(Http.ofApplication().get("/q/health/ready").statusCode()).isEqualTo(200);
    assertThat(Gate.OF_APPLICATION.sessions()).as("sessions left open").isZero();
  }

  private void send(String base, String path, byte[] body) throws InterruptedException {
    room.acquire();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    var _ =
        client
            .sendAsync(request, BodyHandlers.ofString())
            .whenComplete((response, failure) -> {
              try {
                if (failure != null) {
                  failures.add(failure + " for " + path + " " + shown(body));
                } else if (response.statusCode() >= 500 || !wellFormed(response)) {
                  failures.add(
                      response.statusCode()
                          + " "
                          + response.body()
                          + " for "
                          + path
                          + " "
                          + shown(body));
                }
                if (failure == null && response.statusCode() == 200) {
                  answered.incrementAndGet();
                }
              } finally {
                room.release();
              }
            });
  }

  private static boolean wellFormed(HttpResponse<String> response) {
    if (response.statusCode() >= 400) {
      return !Http.tree(response.body()).path("error").path("message").asText().isBlank();
    }
    return response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")
        ? response.body().endsWith("data: [DONE]\n\n")
        : Http.tree(response.body()).isObject();
  }

  private static String shown(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
