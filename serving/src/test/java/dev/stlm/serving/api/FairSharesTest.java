package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two holders of a key: what one asks for delays the other little. */
@QuarkusTest
@TestProfile(FairSharesTest.TwoHolders.class)
class FairSharesTest {
  private static final String PATH = "/v1/completions";
  private static final String ONE = "one-key";
  private static final String TWO = "two-key";

  /** Their SHA-256. */
  private static final String LINES =
      """
      one:0ce085922a9c580b7f12628fa25a993f334a806ec423fef242fba453a6ed2dfc
      two:32cd80a4af6ec710d985d0b8cc969662cafe8c8ee10edf0e92cbd204f6f4f7ee
      """;

  private final Http http = Http.ofApplication();

  /** The limits of {@link LimitsTest.Small} with time enough, for holders of a key. */
  public static final class TwoHolders implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new LimitsTest.Small().getConfigOverrides());
      settings.put("stlm.serve.timeout", "60");
      settings.put("stlm.security.open-metrics", "true");
      try {
        Path file = Files.createTempFile("stlm-keys", ".txt");
        file.toFile().deleteOnExit();
        Files.writeString(file, LINES);
        settings.put("stlm.security.keys", file.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return settings;
    }
  }

  @AfterEach
  void open() {
    Gate.OF_APPLICATION.open();
  }

  @Test
  void aClientThatFillsTheQueueLocksNobodyOut() throws InterruptedException {
    Gate.OF_APPLICATION.shut();
    var first = ask(ONE, "{\"prompt\":\"a\"}");
    Gate.OF_APPLICATION.awaitBlocked();
    var full = ask(ONE, "{\"prompt\":[\"b\",\"c\"]}");
    awaitQueue(2);
    assertThat(ask(ONE, "{\"prompt\":\"d\"}").join().statusCode()).isEqualTo(429);
    var other = ask(TWO, "{\"prompt\":\"d\"}");
    awaitQueue(3);
    Gate.OF_APPLICATION.open();
    for (var answer : List.of(first, full, other)) {
      assertThat(answer.join().statusCode()).isEqualTo(200);
    }
  }

  private CompletableFuture<HttpResponse<String>> ask(String key, String body) {
    return http.postLater(PATH, body, key);
  }

  /** Reads the metric again and again: each reading is a request, so this does not spin. */
  private void awaitQueue(int length) {
    Instant limit = Instant.now().plus(Duration.ofSeconds(20));
    String wanted = "stlm_queue_depth{model=\"toy\"} " + length + ".0";
    while (!http.get("/q/metrics").body().contains(wanted)) {
      assertThat(Instant.now()).as(wanted).isBefore(limit);
    }
  }
}
