package dev.stlm.serving.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.UnauthorizedException;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(KeysTest.WithKeys.class)
public class KeysTest {
  /** SHA-256 of "test-key". */
  private static final String LINE =
      "tester:62af8704764faf8ea82fc61ce9c4c3908b6cb97d463a634e9e587d7c885db0ef\n";

  private final Http http = Http.ofApplication();

  /** The toy model, for holders of a key. */
  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new ToyServer().getConfigOverrides());
      try {
        Path file = Files.createTempFile("stlm-keys", ".txt");
        file.toFile().deleteOnExit();
        settings.put("stlm.security.keys", Files.writeString(file, LINE).toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return settings;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/models/toy",
        "/v1/completions",
        "/tokenizer_info",
        "/q/metrics",
        "/nothing",
        "/q/health/../../v1/models",
        "/q/health/%2e%2e/%2e%2e/v1/models",
        "/page/../v1/models",
        "//v1/models",
        "/v1/models?x=/q/health",
        "/V1/models"
      })
  void withoutAKeyThereIsNothing(String path) {
    HttpResponse<String> response = http.get(path);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("www-authenticate"))
        .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
    assertThat(Http.tree(response.body()).path("error").path("code").asText())
        .isEqualTo("missing_api_key");
    assertThat(response.body()).doesNotContain("toy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/index.html", "/page/page.js", "/q/health", "/q/health/live", "/q/openapi"})
  void thePageAndHealthAreOpen(String path) {
    assertThat(http.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void theKeyOpensAndOthersDoNot() {
    assertThat(http.withHeader("Authorization", "Bearer test-key").get("/v1/models").statusCode())
        .isEqualTo(200);
    assertThat(http.withHeader("Authorization", "bearer  test-key ").get("/q/metrics").statusCode())
        .isEqualTo(200);
    for (String wrong :
        new String[] {"Bearer test-key2", "Bearer tester", "Bearer " + LINE.strip()}) {
      HttpResponse<String> response = http.withHeader("Authorization", wrong).get("/v1/models");
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("invalid_api_key").doesNotContain("test-key2");
    }
    for (String other : new String[] {"Basic dGVzdC1rZXk=", "Bearer", "test-key"}) {
      assertThat(http.withHeader("Authorization", other).get("/v1/models").statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void aRefusedBodyDoesNotSpoilTheConnection() {
    byte[] large = "x".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      assertThat(http.post("/v1/completions", "application/json", large).statusCode())
          .isEqualTo(401);
      assertThat(http.get("/q/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void officialClientsSendTheKeyAndUnderstandTheRefusal() {
    OpenAIClient good =
        OpenAIOkHttpClient.builder().baseUrl(http.base() + "/v1").apiKey("test-key").build();
    assertThat(good.models().list().data().getFirst().id()).isEqualTo("toy");
    OpenAIClient bad =
        OpenAIOkHttpClient.builder()
            .baseUrl(http.base() + "/v1")
            .apiKey("other")
            .maxRetries(0)
            .build();
    assertThatThrownBy(() -> bad.models().list()).isInstanceOf(UnauthorizedException.class);
  }
}
