package dev.stlm.serving.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The description of the API at {@code /q/openapi}: YAML, or JSON for who asks for it by {@code
 * ?format=json} or prefers it by {@code Accept}. It is written by hand and needs no framework,
 * which would parse it at every start.
 */
@Singleton
final class OpenApiRoutes {
  void register(@Observes Router router) {
    router.route(HttpMethod.GET, "/q/openapi").handler(OpenApiRoutes::answer);
  }

  private static void answer(RoutingContext c) {
    String format = c.request().getParam("format");
    String accept = c.request().getHeader("Accept");
    boolean json =
        format == null
            ? accept != null && accept.startsWith("application/json")
            : format.equalsIgnoreCase("json");
    c.response()
        .putHeader(
            "Content-Type",
            json ? "application/json; charset=utf-8" : "application/yaml; charset=utf-8")
        .end(json ? OpenApiDocument.JSON : OpenApiDocument.YAML);
  }
}
