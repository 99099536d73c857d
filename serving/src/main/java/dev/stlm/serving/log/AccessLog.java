package dev.stlm.serving.log;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request an id, which the answer carries, and logs it when its answer has ended, if
 * requests are to be logged.
 */
@Singleton
final class AccessLog implements Handler<RoutingContext> {
  /** Category of the lines. */
  static final String CATEGORY = "stlm.access";

  private static final Logger LOG = Logger.getLogger(CATEGORY);

  /** Before every check, so that refused requests have a line, too. */
  private static final int FIRST = 1000;

  /** nginx's status for a client that left before there was any. */
  private static final int CLIENT_LEFT = 499;

  private static final int LONGEST_PATH = 200;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x21-\\x7e]");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** W3C Trace Context, level 1: version, trace id, parent id, flags. */
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private final boolean lines;

  @Inject
  AccessLog(LogConfig config) {
    this.lines = config.format() != LogFormat.QUIET;
  }

  void register(@Observes Filters filters) {
    filters.register(this, FIRST);
  }

  @Override
  public void handle(RoutingContext c) {
    String id = id(c.request().getHeader("X-Request-Id"));
    c.response().putHeader("X-Request-Id", id);
    if (lines) {
      watch(c, id);
    }
    c.next();
  }

  private static void watch(RoutingContext c, String id) {
    Watch watch = new Watch(c, id);
    c.addHeadersEndHandler(sent -> watch.head());
    c.addEndHandler(end -> watch.end());
    RequestNotes.of(c).whenGone(watch::end);
  }

  /** The times of a request; on its event loop. */
  private static final class Watch {
    private final RoutingContext context;
    private final String id;
    private final long start = System.nanoTime();
    private long head = -1;
    private boolean over;

    Watch(RoutingContext context, String id) {
      this.context = context;
      this.id = id;
    }

    void head() {
      head = System.nanoTime() - start;
    }

    /** The answer is complete or the client has gone, whichever comes first. */
    void end() {
      if (!over) {
        over = true;
        LOG.infof("%s", record(context, id, head, System.nanoTime() - start));
      }
    }
  }

  private static AccessRecord record(RoutingContext c, String id, long head, long total) {
    HttpServerRequest request = c.request();
    HttpServerResponse response = c.response();
    RequestNotes notes = RequestNotes.of(c);
    return new AccessRecord(
        id,
        trace(request.getHeader("traceparent")),
        request.method().name(),
        printable(c.normalizedPath()),
        head < 0 ? CLIENT_LEFT : response.getStatusCode(),
        notes.key(),
        notes.model(),
        notes.promptTokens(),
        notes.generatedTokens(),
        total / 1e6,
        head < 0 ? -1 : head / 1e6,
        response.ended());
  }

  /** A path that can not forge lines or move a terminal's cursor. */
  private static String printable(String path) {
    String shown = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path;
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }

  /** The id that the client chose, if it is harmless, else a new one. */
  private static String id(@Nullable String asked) {
    if (asked != null && ID.matcher(asked).matches()) {
      return asked;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "%016x%016x".formatted(random.nextLong(), random.nextLong());
  }

  private static @Nullable String trace(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Matcher m = TRACE.matcher(header);
    return m.matches() ? m.group(1) : null;
  }
}
