package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.serving.kit.Gate;
import dev.stlm.serving.kit.Http;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients hear while a server is ending. */
@QuarkusTest
@TestProfile(DrainTest.OneAtATime.class)
class DrainTest {
  private static final String PATH = "/v1/completions";

  @Inject Serving serving;

  private final Http http = Http.ofApplication();

  /** A server of its own, since it can be used once. */
  public static final class OneAtATime implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "stlm.serve.model", "no-directory-needed",
          "stlm.serve.name", "toy",
          "stlm.serve.runtime", "toy",
          "stlm.serve.max-active", "1");
    }
  }

  @AfterEach
  void open() {
    Gate.OF_APPLICATION.open();
  }

  @Test
  void whatIsUnderWayIsAnsweredAndNothingNewIsTaken() throws Exception {
    Gate.OF_APPLICATION.shut();
    CompletableFuture<HttpResponse<String>> runs = http.postLater(PATH, "{\"prompt\":\"a\"}");
    Gate.OF_APPLICATION.awaitBlocked();
    CompletableFuture<HttpResponse<String>> waits =
        http.postLater(PATH, "{\"prompt\":\"b\",\"stream\":true}");
    while (serving.models().getFirst().engine().waiting() == 0) {
      Thread.onSpinWait();
    }
    serving.drain();
    HttpResponse<String> ready = http.get("/q/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("shutting down");
    assertThat(http.get("/q/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> late = http.post(PATH, "{\"prompt\":\"c\"}");
    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.headers().firstValue("retry-after")).isPresent();
    assertThat(late.body()).contains("shutting_down");
    Gate.OF_APPLICATION.open();
    assertThat(runs.join().statusCode()).isEqualTo(200);
    assertThat(Http.events(waits.join())).isNotEmpty();
  }
}
