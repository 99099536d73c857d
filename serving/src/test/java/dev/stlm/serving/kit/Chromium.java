package dev.stlm.serving.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Chromium without a window, driven through the Chrome DevTools Protocol: one page, real keys,
 * the accessibility tree that a screen reader gets.
 */
public final class Chromium implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int PATIENCE_SECONDS = 90;

  private final Process process;
  private final Path profile;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final WebSocket socket;
  private final String session;

  private Chromium(Process process, Path profile) throws IOException {
    this.process = process;
    this.profile = profile;
    this.socket = client.newWebSocketBuilder().buildAsync(address(process), new Messages()).join();
    String target =
        call("", "Target.createTarget", Map.of("url", "about:blank")).path("targetId").asText();
    this.session =
        call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Accessibility")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Starts the browser that is on the PATH, or that the variable STLM_CHROMIUM names. */
  public static Chromium start() throws IOException {
    Path profile = Files.createTempDirectory("stlm-chromium");
    List<String> command =
        List.of(
            executable(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return new Chromium(process, profile);
  }

  private static String executable() {
    String named = System.getenv("STLM_CHROMIUM");
    if (named != null) {
      return named;
    }
    for (String directory : System.getenv("PATH").split(":", -1)) {
      for (String name : NAMES) {
        Path candidate = Path.of(directory, name);
        if (Files.isExecutable(candidate)) {
          return candidate.toString();
        }
      }
    }
    throw new AssertionError("no Chromium on the PATH; install one, or set STLM_CHROMIUM");
  }

  private static URI address(Process process) throws IOException {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher m = LISTENING.matcher(line);
      if (m.find()) {
        Thread.ofVirtual().start(() -> drain(process.getErrorStream()));
        return URI.create(m.group(1));
      }
    }
    throw new AssertionError("Chromium ended before it listened");
  }

  private static void drain(InputStream stream) {
    try (stream) {
      stream.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the browser has ended
    }
  }

  /** Goes to an address and waits until the page says that it is ready. */
  public void open(String url) {
    call("Page.navigate", Map.of("url", url));
    until("document.body && document.body.dataset.ready === 'true'");
  }

  /** The value of an expression of the page; promises are waited for. */
  public JsonNode eval(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Waits until a condition of the page holds. */
  public void until(String condition) {
    String watched =
        """
        new Promise((done, failed) => {
          const start = performance.now();
          const look = () => {
            if (%s) done(true);
            else if (performance.now() - start > 60000) failed(new Error("never: " + document.body?.innerText));
            else setTimeout(look, 10);
          };
          look();
        })
        """
            .formatted(condition);
    eval(watched);
  }

  /** Text as a keyboard writes it, into what has the focus. */
  public void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key, such as "Tab", with modifiers: 2 is Ctrl, 8 is Shift. */
  public void press(String key, int modifiers) {
    int code =
        switch (key) {
          case "Tab" -> 9;
          case "Enter" -> 13;
          case "Escape" -> 27;
          case " " -> 32;
          case "End" -> 35;
          case "Home" -> 36;
          case "ArrowLeft" -> 37;
          case "ArrowUp" -> 38;
          case "ArrowRight" -> 39;
          case "ArrowDown" -> 40;
          default -> throw new IllegalArgumentException(key);
        };
    String text = key.equals("Enter") ? "\r" : key.equals(" ") ? " " : "";
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of(
              "type", type,
              "key", key,
              "code", key.equals(" ") ? "Space" : key,
              "windowsVirtualKeyCode", code,
              "modifiers", modifiers,
              "text", type.equals("keyUp") || modifiers == 2 ? "" : text));
    }
  }

  /** The size of the window in CSS pixels. */
  public void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the person prefers: "light" or "dark". */
  public void prefer(String scheme) {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** What a screen reader is told: nodes with role, name and properties. */
  public List<JsonNode> accessibilityTree() {
    List<JsonNode> nodes = new ArrayList<>();
    for (JsonNode node : call("Accessibility.getFullAXTree", Map.of()).path("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  /** Writes a picture of the whole page. */
  public void screenshot(Path png) throws IOException {
    JsonNode picture =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(png, Base64.getDecoder().decode(picture.path("data").asText()));
  }

  /** Exceptions, errors and refusals of the security policy since the start. */
  public List<String> problems() {
    synchronized (problems) {
      return List.copyOf(problems);
    }
  }

  /** Starts that list again. */
  public void forgetProblems() {
    synchronized (problems) {
      problems.clear();
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return call(session, method, parameters);
  }

  private JsonNode call(String toSession, String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    ObjectNode message = Http.JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", Http.JSON.valueToTree(parameters));
    if (!toSession.isEmpty()) {
      message.put("sessionId", toSession);
    }
    try {
      socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      JsonNode node = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (node.has("error")) {
        throw new AssertionError(method + ": " + node.path("error"));
      }
      return node.path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method, e);
    }
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        take(Http.tree(message.toString()));
        message.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void take(JsonNode node) {
      if (node.has("id")) {
        CompletableFuture<JsonNode> waiting = calls.remove(node.path("id").asInt());
        if (waiting != null) {
          waiting.complete(node);
        }
        return;
      }
      JsonNode params = node.path("params");
      switch (node.path("method").asText()) {
        case "Runtime.exceptionThrown" -> problem(params.path("exceptionDetails").toString());
        case "Log.entryAdded" -> {
          if (params.path("entry").path("level").asText().equals("error")) {
            problem(params.path("entry").toString());
          }
        }
        default -> {
          // of no interest
        }
      }
    }

    private void problem(String text) {
      synchronized (problems) {
        problems.add(text);
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // what the browser still holds stays in the temporary directory
    }
  }
}
