package dev.stlm.serving.security;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Headers that keep browsers strict: only files of this server run, no type is guessed, no other
 * page frames or embeds an answer.
 */
final class BrowserHeaders implements Handler<RoutingContext> {
  /** Content Security Policy, level 3: nothing inline, nothing from elsewhere. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  @Override
  public void handle(RoutingContext c) {
    HttpServerResponse response = c.response();
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (KeyCheck.isPage(c.normalizedPath())) {
      // another version of the server has another page at the same place
      c.addHeadersEndHandler(end -> response.putHeader("Cache-Control", "no-cache"));
    }
    c.next();
  }
}
