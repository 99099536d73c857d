package dev.stlm.serving.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.serving.kit.SelfSigned;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@TestProfile(TlsTest.WithTls.class)
class TlsTest {
  private static final String CERTIFICATE = "stlm.test.certificate";

  /** The toy model behind a certificate that signs itself. */
  public static final class WithTls implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(new ToyServer().getConfigOverrides());
      try {
        Path dir = Files.createTempDirectory("stlm-tls");
        SelfSigned pair = SelfSigned.make(dir, "server", "EC", "-1H");
        settings.put("quarkus.tls.key-store.pem.0.cert", pair.certificate().toString());
        settings.put("quarkus.tls.key-store.pem.0.key", pair.key().toString());
        settings.put("quarkus.http.test-ssl-port", "0");
        settings.put(CERTIFICATE, pair.certificate().toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return settings;
    }
  }

  private static String base() {
    return ConfigProvider.getConfig().getValue("test.url.ssl", String.class);
  }

  private static SSLContext trusting() {
    return new SelfSigned(
            Path.of(ConfigProvider.getConfig().getValue(CERTIFICATE, String.class)), Path.of(""))
        .trusting();
  }

  private static HttpRequest completion(String body) {
    return HttpRequest.newBuilder(URI.create(base() + "/v1/completions"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void answersAndRefusalsAreTheSame(HttpClient.Version version) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(trusting()).version(version).build()) {
      HttpResponse<String> stream =
          client.send(
              completion("{\"prompt\":\"a\",\"max_tokens\":5,\"stream\":true}"),
              BodyHandlers.ofString());
      assertThat(stream.version()).isEqualTo(version);
      assertThat(stream.body()).endsWith("data: [DONE]\n\n");
      HttpResponse<String> large =
          client.send(
              completion("{\"prompt\":\"" + "x".repeat(70_000) + "\"}"), BodyHandlers.ofString());
      assertThat(large.statusCode()).isEqualTo(413);
      HttpResponse<String> bad = client.send(completion("{}"), BodyHandlers.ofString());
      assertThat(bad.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void whoDoesNotKnowTheCertificateIsNotServed() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> client.send(completion("{}"), BodyHandlers.ofString()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void oldProtocolsAreNotSpoken() throws Exception {
    SSLContext context = trusting();
    URI base = URI.create(base());
    try (var socket =
        (javax.net.ssl.SSLSocket)
            Objects.requireNonNull(context.getSocketFactory())
                .createSocket(base.getHost(), base.getPort())) {
      assertThat(socket.getSupportedProtocols()).contains("TLSv1.3");
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isIn("TLSv1.3", "TLSv1.2");
    }
  }
}
