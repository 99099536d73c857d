package dev.stlm.serving.security;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that ends a request before any route sees it, in the form of OpenAI's errors.
 *
 * @param status HTTP status
 * @param code short name for programs
 * @param message one sentence for people
 */
record Refusal(int status, String code, String message) {
  void send(RoutingContext c) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", "invalid_request_error")
        .putNull("param")
        .put("code", code);
    HttpServerResponse response = c.response();
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(body.toString());
  }
}
