package dev.stlm.serving.security;

import dev.stlm.serving.log.RequestNotes;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lets through who has a key, {@code Authorization: Bearer KEY} (RFC 6750), and whoever asks for
 * what is open: the page and its files, health, the description of the API, and metrics if that is
 * wished. Everything else is closed, paths that do not exist included.
 */
final class KeyCheck implements Handler<RoutingContext> {
  private static final String SCHEME = "bearer ";

  private final KeyFile keys;
  private final boolean openMetrics;

  KeyCheck(KeyFile keys, boolean openMetrics) {
    this.keys = keys;
    this.openMetrics = openMetrics;
  }

  static boolean isHealth(String path) {
    return path.equals("/q/health") || path.startsWith("/q/health/");
  }

  static boolean isPage(String path) {
    return path.equals("/") || path.equals("/index.html") || path.startsWith("/page/");
  }

  private boolean isOpen(String path) {
    return isPage(path)
        || isHealth(path)
        || path.equals("/q/openapi")
        || (openMetrics && path.equals("/q/metrics"));
  }

  @Override
  public void handle(RoutingContext c) {
    String key = key(c.request().getHeader("Authorization"));
    String holder = key == null ? null : keys.current().holder(key);
    if (holder != null) {
      RequestNotes.of(c).key(holder);
      c.next();
    } else if (isOpen(c.normalizedPath())) {
      c.next();
    } else if (key == null) {
      c.response().putHeader("WWW-Authenticate", "Bearer realm=\"stlm\"");
      new Refusal(
              401,
              "missing_api_key",
              "this server needs an API key; send it as the header Authorization: Bearer KEY")
          .send(c);
    } else {
      c.response().putHeader("WWW-Authenticate", "Bearer realm=\"stlm\", error=\"invalid_token\"");
      new Refusal(401, "invalid_api_key", "this API key is not known here").send(c);
    }
  }

  private static @Nullable String key(@Nullable String header) {
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return null;
    }
    String key = header.substring(SCHEME.length()).strip();
    return key.isEmpty() ? null : key;
  }
}
