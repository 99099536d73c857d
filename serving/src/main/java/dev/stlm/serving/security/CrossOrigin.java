package dev.stlm.serving.security;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of some other origins read answers (Fetch standard, "CORS protocol"). No cookies are
 * involved: a page sends its key itself.
 */
final class CrossOrigin implements Handler<RoutingContext> {
  private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,512}");

  private final Set<String> origins;

  /** Allows origins such as {@code https://example.org}, or {@code *} for all. */
  CrossOrigin(Collection<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  @Override
  public void handle(RoutingContext c) {
    HttpServerRequest request = c.request();
    HttpServerResponse response = c.response();
    String origin = request.getHeader("Origin");
    if (!origins.contains("*")) {
      response.putHeader("Vary", "Origin");
    }
    if (!allowed(origin)) {
      c.next();
      return;
    }
    response
        .putHeader("Access-Control-Allow-Origin", origins.contains("*") ? "*" : origin)
        .putHeader("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
        .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (request.method().equals(HttpMethod.OPTIONS)
        && request.getHeader("Access-Control-Request-Method") != null) {
      response
          .putHeader("Access-Control-Allow-Methods", "GET, POST")
          .putHeader("Access-Control-Allow-Headers", headers(request))
          .putHeader("Access-Control-Max-Age", "600")
          .setStatusCode(204)
          .end();
      return;
    }
    c.next();
  }

  private boolean allowed(@Nullable String origin) {
    return origin != null && (origins.contains("*") || origins.contains(origin));
  }

  /** What the page wants to send: clients add headers of their own, none of which does harm. */
  private static String headers(HttpServerRequest request) {
    String asked = request.getHeader("Access-Control-Request-Headers");
    return asked != null && HEADER_NAMES.matcher(asked).matches()
        ? asked
        : "Authorization, Content-Type";
  }
}
