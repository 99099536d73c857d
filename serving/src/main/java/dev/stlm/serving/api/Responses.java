package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;

/** Writes whole responses. */
final class Responses {
  private Responses() {}

  static void json(HttpServerResponse response, int status, ObjectNode body) {
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(JsonBody.write(body));
  }

  static void error(HttpServerResponse response, ApiException error) {
    if (error.retry()) {
      response.putHeader("Retry-After", Integer.toString(error.retryAfter()));
    }
    json(response, error.status(), error.body());
  }
}
