package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.serving.engine.EngineRefusal;
import dev.stlm.serving.engine.GenerationListener.Failure;
import org.jspecify.annotations.Nullable;

/** A request that is answered by an error, in the form of OpenAI's API. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String param;
  private final @Nullable String code;
  private final int retryAfter;

  ApiException(int status, @Nullable String param, @Nullable String code, String message) {
    this(status, param, code, message, 1);
  }

  private ApiException(
      int status, @Nullable String param, @Nullable String code, String message, int retryAfter) {
    super(message, null, false, false);
    this.status = status;
    this.param = param;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** What a client hears when the engine does not take its request: 429 or 503. */
  static ApiException of(EngineRefusal refusal) {
    String message = String.valueOf(refusal.getMessage());
    int seconds = refusal.retryAfterSeconds();
    return switch (refusal.reason()) {
      case QUEUE_FULL -> new ApiException(429, null, "queue_full", message, seconds);
      case STOPPING -> new ApiException(503, null, "shutting_down", message, seconds);
      case BROKEN -> new ApiException(503, null, "model_unavailable", message, seconds);
    };
  }

  /** What a client hears when the engine has no result for it: 503 or 500. */
  static ApiException of(Failure failure) {
    return switch (failure) {
      case TIMEOUT ->
          new ApiException(
              503, null, "timeout", "the request took longer than this server allows; try again");
      case STOPPING -> new ApiException(503, null, "shutting_down", "the server is shutting down");
      case INTERNAL ->
          new ApiException(
              500, null, "internal_error", "the model failed; the server's log says why");
    };
  }

  /** 400: the request can not be understood or served. */
  static ApiException badRequest(@Nullable String param, @Nullable String code, String message) {
    return new ApiException(400, param, code, message);
  }

  /** 400: a field has a value that it must not have. */
  static ApiException invalid(String param, String message) {
    return new ApiException(400, param, "invalid_value", "'" + param + "' " + message);
  }

  int status() {
    return status;
  }

  /** Whether the client should try again in a moment. */
  boolean retry() {
    return status == 429 || status == 503;
  }

  /** Seconds after which it should. */
  int retryAfter() {
    return retryAfter;
  }

  ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", getMessage())
        .put("type", type())
        .put("param", param)
        .put("code", code);
    return body;
  }

  private String type() {
    return switch (status) {
      case 429 -> "rate_limit_error";
      case 503 -> "overloaded_error";
      default -> status >= 500 ? "server_error" : "invalid_request_error";
    };
  }
}
