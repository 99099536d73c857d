package dev.stlm.training.internal.watch;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run to browsers on this machine: {@code /} is the page, {@code /metrics?file=F&from=N}
 * the lines of {@code metrics.jsonl} from a place on.
 *
 * <p>It listens on the loopback interface alone and answers only requests that name it as such, so
 * that no site that a browser has open can read the run by a name that it points here. One thread
 * answers, one request at a time, beside the run.
 */
public final class WatchServer implements AutoCloseable {
  /** Where it listens if nothing else is asked for. */
  public static final int DEFAULT_PORT = 8642;

  private static final Pattern QUERY = Pattern.compile("file=([0-9a-f]{0,8})&from=(\\d{1,18})");

  private final HttpServer server;
  private final MetricsTail metrics;
  private final byte[] page;

  private WatchServer(HttpServer server, Path run) {
    this.server = server;
    this.metrics = new MetricsTail(run.resolve("metrics.jsonl"));
    this.page = WatchPage.of(run.toString()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Starts to show a run.
   *
   * @param run its directory; need not be there yet
   * @param port from 0, for any that is free, to 65535
   * @throws InvalidInputException if the port is out of range or taken
   */
  public static WatchServer open(Path run, int port) {
    if (port < 0 || port > 65535) {
      throw new InvalidInputException(
          "watch: port " + port + " is out of range; allowed: 0 to 65535");
    }
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
      WatchServer watch = new WatchServer(server, run);
      server.createContext("/", watch::answer);
      server.start();
      return watch;
    } catch (BindException e) {
      throw new InvalidInputException(
          "watch: port "
              + port
              + " can not be used ("
              + e.getMessage()
              + "); give another, or 0 for any that is free",
          e);
    } catch (IOException e) {
      throw new InvalidInputException("watch: port " + port + " can not be opened (" + e + ")", e);
    }
  }

  /** Where the page is. */
  public URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Cache-Control", "no-store");
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      if (!isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
        refuse(exchange, 403, "this page is for " + address() + " alone");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        refuse(exchange, 405, "GET only");
      } else {
        switch (exchange.getRequestURI().getPath()) {
          case "/" -> {
            headers.set("Content-Security-Policy", WatchPage.POLICY);
            send(exchange, 200, "text/html; charset=utf-8", page);
          }
          case "/metrics" -> metrics(exchange);
          default -> refuse(exchange, 404, "no such page");
        }
      }
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    Matcher m = QUERY.matcher(query == null ? "" : query);
    if (!m.matches()) {
      refuse(exchange, 400, "write /metrics?file=F&from=N with what the last answer said");
      return;
    }
    MetricsTail.Piece piece = metrics.read(m.group(1), Long.parseLong(m.group(2)));
    Headers headers = exchange.getResponseHeaders();
    headers.set("Stlm-File", piece.identity());
    headers.set("Stlm-From", Long.toString(piece.from()));
    headers.set("Stlm-Next", Long.toString(piece.next()));
    byte[] lines = piece.lines().getBytes(StandardCharsets.UTF_8);
    send(exchange, 200, "application/x-ndjson", lines);
  }

  private boolean isLocal(@Nullable String host) {
    if (host == null) {
      return false;
    }
    int port = server.getAddress().getPort();
    return switch (host.toLowerCase(Locale.ROOT)) {
      case "localhost", "127.0.0.1" -> port == 80;
      case String h -> h.equals("localhost:" + port) || h.equals("127.0.0.1:" + port);
    };
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    send(
        exchange,
        status,
        "text/plain; charset=utf-8",
        (why + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.stop(0);
  }
}
