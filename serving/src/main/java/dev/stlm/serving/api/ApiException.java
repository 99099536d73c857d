package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A request that is answered by an error, in the form of OpenAI's API. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String param;
  private final @Nullable String code;

  ApiException(int status, @Nullable String param, @Nullable String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.param = param;
    this.code = code;
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
