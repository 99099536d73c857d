package dev.stlm.serving.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** Reads the body of a request, bounded in size and in time, before its handler runs. */
final class BodyReader implements Handler<RoutingContext> {
  private static final String KEY = "stlm.body";
  private static final long PATIENCE_MILLIS = 30_000;

  private final int limit;
  private final Handler<RoutingContext> handler;

  BodyReader(int limit, Handler<RoutingContext> handler) {
    this.limit = limit;
    this.handler = handler;
  }

  /** The body that was read. */
  static byte[] bytes(RoutingContext c) {
    return c.<Buffer>get(KEY).getBytes();
  }

  @Override
  public void handle(RoutingContext c) {
    HttpServerRequest request = c.request();
    String problem = contentTypeProblem(request.getHeader("Content-Type"));
    if (problem != null) {
      refuse(c, new ApiException(415, null, "unsupported_media_type", problem));
      return;
    }
    if (declaredLength(request) > limit) {
      refuse(c, tooLarge());
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      c.response().writeContinue();
    }
    Reading reading = new Reading(c);
    long timer = c.vertx().setTimer(PATIENCE_MILLIS, id -> reading.late());
    request.handler(reading::add);
    request.exceptionHandler(e -> c.vertx().cancelTimer(timer));
    request.endHandler(end -> {
      c.vertx().cancelTimer(timer);
      reading.end();
    });
  }

  private final class Reading {
    private final RoutingContext c;
    private final Buffer body = Buffer.buffer();
    private boolean refused;

    Reading(RoutingContext c) {
      this.c = c;
    }

    void add(Buffer part) {
      if (refused) {
        return;
      }
      if (body.length() + part.length() > limit) {
        refused = true;
        refuse(c, tooLarge());
        return;
      }
      body.appendBuffer(part);
    }

    void late() {
      if (!refused) {
        refused = true;
        refuse(
            c, new ApiException(408, null, "request_timeout", "the request body did not arrive"));
      }
    }

    void end() {
      if (!refused) {
        c.put(KEY, body);
        handler.handle(c);
      }
    }
  }

  private ApiException tooLarge() {
    return new ApiException(
        413, null, "body_too_large", "the request body is larger than " + limit + " bytes");
  }

  /** Answers without reading the rest, so the connection is of no further use. */
  private static void refuse(RoutingContext c, ApiException error) {
    if (c.request().version() != HttpVersion.HTTP_2) {
      c.response().putHeader("Connection", "close");
    }
    Responses.error(c.response(), error);
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** JSON only: a browser sends that to another site only after asking, which is never allowed. */
  private static @org.jspecify.annotations.Nullable String contentTypeProblem(
      @org.jspecify.annotations.Nullable String header) {
    if (header == null) {
      return "send the header Content-Type: application/json";
    }
    String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals("application/json")) {
      return "send the header Content-Type: application/json, not " + parts[0].strip();
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return "send JSON as UTF-8, not " + parameter;
      }
    }
    return null;
  }
}
