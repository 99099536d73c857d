package dev.stlm.training.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchServerTest {
  @TempDir Path run;
  private Path metrics;
  private WatchServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void open() {
    metrics = run.resolve("metrics.jsonl");
    server = WatchServer.open(run, 0);
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  @Test
  void thePageNeedsNothingButThisServer() throws Exception {
    HttpResponse<String> page = get("");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("connect-src 'self'");
    assertThat(page.body())
        .contains("<title>" + run + "</title>")
        .contains("uPlot=function")
        .contains("prefers-color-scheme: dark")
        .doesNotContain("{{")
        .doesNotContainPattern("(src|href)=\"?(https?:)?//");
  }

  @Test
  void theMetricsOfARunThatHasNotBegunAreEmpty() throws Exception {
    HttpResponse<String> answer = get("metrics?file=&from=0");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Stlm-Next")).contains("0");
  }

  @Test
  void linesComeFromTheAskedPlaceAndOnlyWhole() throws Exception {
    Files.writeString(metrics, "{\"step\":1}\n{\"step\":2}\n{\"st");
    HttpResponse<String> first = get("metrics?file=&from=0");
    assertThat(first.body()).isEqualTo("{\"step\":1}\n{\"step\":2}\n");
    Files.writeString(metrics, "ep\":3}\n", StandardOpenOption.APPEND);
    HttpResponse<String> second = get(after(first));
    assertThat(second.body()).isEqualTo("{\"step\":3}\n");
    assertThat(second.headers().firstValue("Stlm-From"))
        .isEqualTo(first.headers().firstValue("Stlm-Next"));
    assertThat(get(after(second)).body()).isEmpty();
  }

  @Test
  void aFileThatAResumedRunHasReplacedComesFromItsStart() throws Exception {
    Files.writeString(metrics, "{\"step\":1}\n{\"step\":2}\n");
    HttpResponse<String> first = get("metrics?file=&from=0");
    Path other =
        Files.writeString(run.resolve("other"), "{\"step\":1}\n{\"step\":2,\"again\":1}\n");
    Files.move(other, metrics, StandardCopyOption.REPLACE_EXISTING);
    HttpResponse<String> second = get(after(first));
    assertThat(second.headers().firstValue("Stlm-From")).contains("0");
    assertThat(second.body()).contains("again");
  }

  @Test
  void aLongFileComesInPiecesOfWholeLines() throws Exception {
    String line = "{\"step\":1}\n";
    Files.writeString(metrics, line.repeat(MetricsTail.PIECE / line.length() + 10));
    HttpResponse<String> first = get("metrics?file=&from=0");
    HttpResponse<String> second = get(after(first));
    assertThat(first.body().length() % line.length()).isZero();
    assertThat(first.body().length() + second.body().length()).isEqualTo((int) Files.size(metrics));
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "localhost", "localhost:1", "127.0.0.1.example.com"})
  void aRequestByAnotherNameIsRefused(String host) throws IOException {
    assertThat(raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContain("<html");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"metrics", "metrics?from=0", "metrics?file=../x&from=0", "metrics?file=&from=-1"})
  void aQuestionOfAnotherFormIsRefused(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(400);
  }

  @Test
  void nothingElseIsThere() throws Exception {
    Files.writeString(run.resolve("secret"), "x");
    assertThat(get("secret").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(server.address()).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void aPortThatIsTakenIsRefusedInOneLine() {
    int taken = server.address().getPort();
    assertThatThrownBy(() -> WatchServer.open(run, taken))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("watch: port " + taken + " can not be used")
        .hasMessageContaining("give another")
        .hasMessageNotContaining("\n");
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI address = URI.create(server.address() + path);
    return client.send(
        HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String after(HttpResponse<String> answer) {
    return "metrics?file=%s&from=%s"
        .formatted(
            answer.headers().firstValue("Stlm-File").orElseThrow(),
            answer.headers().firstValue("Stlm-Next").orElseThrow());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
