package dev.stlm.serving.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;

/** A plain client of the server under test. */
public final class Http {
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String base;
  private final List<String> headers;

  /** A client of {@code http://host:port}. */
  public Http(String base) {
    this(base, List.of());
  }

  private Http(String base, List<String> headers) {
    this.base = base.replaceAll("/$", "");
    this.headers = headers;
  }

  /** A client that sends one more header. */
  public Http withHeader(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new Http(base, more);
  }

  /** A client of the application under test. */
  public static Http ofApplication() {
    return new Http(ConfigProvider.getConfig().getValue("test.url", String.class));
  }

  public String base() {
    return base;
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  public HttpResponse<String> post(String path, String body) {
    return send(json(path, body));
  }

  public CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return CLIENT.sendAsync(json(path, body), BodyHandlers.ofString());
  }

  /** Posts with a key, as clients of OpenAI do. */
  public CompletableFuture<HttpResponse<String>> postLater(String path, String body, String key) {
    HttpRequest request =
        HttpRequest.newBuilder(json(path, body), (name, value) -> true)
            .header("Authorization", "Bearer " + key)
            .build();
    return CLIENT.sendAsync(request, BodyHandlers.ofString());
  }

  /** Posts what need not be JSON or text. */
  public HttpResponse<String> post(String path, String contentType, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  public HttpResponse<String> method(String method, String path) {
    return send(request(path).method(method, BodyPublishers.noBody()).build());
  }

  /** Posts and gives the body of the answer, which must have status 200. */
  public JsonNode ask(String path, String body) {
    HttpResponse<String> response = post(path, body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return tree(response.body());
  }

  /** Posts and gives the events of the answer, the final [DONE] left out. */
  public List<JsonNode> stream(String path, String body) {
    return events(post(path, body));
  }

  /** The events of a complete stream, checked for form. */
  public static List<JsonNode> events(HttpResponse<String> response) {
    String text = response.body();
    if (response.statusCode() != 200
        || !response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")
        || !text.endsWith("data: [DONE]\n\n")) {
      throw new AssertionError(response.statusCode() + ": " + text);
    }
    List<JsonNode> events = new ArrayList<>();
    for (String event : text.split("\n\n", -1)) {
      if (!event.isEmpty() && !event.equals("data: [DONE]")) {
        if (!event.startsWith("data: ")) {
          throw new AssertionError("not an event: " + event);
        }
        events.add(tree(event.substring("data: ".length())));
      }
    }
    return events;
  }

  public static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private HttpRequest json(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
    return headers.isEmpty() ? request : request.headers(headers.toArray(String[]::new));
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
