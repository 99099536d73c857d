package dev.stlm.serving.security;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and origins: what browsers on this machine could be made to do. */
@QuarkusTest
@TestProfile(OriginsTest.OneOrigin.class)
class OriginsTest {
  private final Http http = Http.ofApplication();

  /** The toy model by its loopback names, and for the pages of one site. */
  public static final class OneOrigin implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new ToyServer().getConfigOverrides());
      settings.put("stlm.security.hosts", "localhost,127.0.0.1,::1,model.example");
      settings.put("stlm.security.cors", "https://app.example,http://localhost:3000");
      return settings;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1234",
        "127.0.0.1",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "model.example"
      })
  void aKnownNameIsAnswered(String host) throws IOException {
    assertThat(status("/v1/models", "Host: " + host)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "evil.example:80",
        "localhost@evil.example"
      })
  void anotherNameIsNot(String host) throws IOException {
    assertThat(status("/v1/models", "Host: " + host)).isIn(403, 400);
    assertThat(status("/", "Host: " + host)).isIn(403, 400);
  }

  @Test
  void healthIsSaidToAnyName() throws IOException {
    assertThat(status("/q/health/live", "Host: 10.1.2.3:8080")).isEqualTo(200);
  }

  @Test
  void theNamedOriginMayAsk() {
    HttpResponse<String> answer =
        http.withHeader("Origin", "https://app.example").get("/v1/models");
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .hasValue("https://app.example");
    assertThat(answer.headers().firstValue("vary")).hasValue("Origin");
    HttpResponse<String> preflight =
        http.withHeader("Origin", "https://app.example")
            .withHeader("Access-Control-Request-Method", "POST")
            .withHeader("Access-Control-Request-Headers", "authorization,content-type")
            .method("OPTIONS", "/v1/completions");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("access-control-allow-headers"))
        .hasValue("authorization,content-type");
    assertThat(preflight.headers().firstValue("access-control-allow-methods"))
        .hasValue("GET, POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://evil.example", "http://app.example", "https://app.example.evil", "null"})
  void othersMayNot(String origin) {
    HttpResponse<String> answer =
        http.withHeader("Origin", origin)
            .withHeader("Access-Control-Request-Method", "POST")
            .method("OPTIONS", "/v1/completions");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().map().keySet()).noneMatch(n -> n.startsWith("access-control"));
  }

  @Test
  void everyAnswerKeepsBrowsersStrict() {
    for (String path :
        new String[] {"/", "/page/page.css", "/v1/models", "/nothing", "/q/health"}) {
      var headers = http.get(path).headers();
      assertThat(headers.firstValue("x-content-type-options")).as(path).hasValue("nosniff");
      assertThat(headers.firstValue("content-security-policy"))
          .as(path)
          .hasValueSatisfying(policy ->
              assertThat(policy)
                  .contains("default-src 'none'", "frame-ancestors 'none'")
                  .doesNotContain("unsafe"));
    }
    assertThat(http.get("/").headers().firstValue("cache-control")).hasValue("no-cache");
  }

  private int status(String path, String header) throws IOException {
    URI base = URI.create(http.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      String request = "GET " + path + " HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return Integer.parseInt(answer.substring(9));
    }
  }
}
