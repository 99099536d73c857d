package dev.stlm.serving.log;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of a request.
 *
 * @param id unique; the answer's {@code X-Request-Id}
 * @param trace trace id of the caller's {@code traceparent} (W3C Trace Context), if it sent one
 * @param method HTTP method
 * @param path without the query, which may hold anything
 * @param status HTTP status; 499 if the client left before there was one
 * @param key name of the API key, if one was used
 * @param model name of the model, if one was used
 * @param promptTokens tokens of the prompts, -1 if there were none to count
 * @param generatedTokens generated tokens, -1 if there were none to count
 * @param milliseconds from the arrival of the head to the end of the answer
 * @param firstByteMilliseconds from the arrival to the head of the answer, which a stream sends
 *     with its first piece; -1 if there was none
 * @param complete whether the whole answer was sent
 */
record AccessRecord(
    String id,
    @Nullable String trace,
    String method,
    String path,
    int status,
    @Nullable String key,
    @Nullable String model,
    int promptTokens,
    int generatedTokens,
    double milliseconds,
    double firstByteMilliseconds,
    boolean complete) {

  /** Adds the members that are known. */
  void addTo(ObjectNode line) {
    line.put("request_id", id).put("method", method).put("path", path).put("status", status);
    if (trace != null) {
      line.put("trace_id", trace);
    }
    if (key != null) {
      line.put("key", key);
    }
    if (model != null) {
      line.put("model", model);
    }
    if (promptTokens >= 0) {
      line.put("prompt_tokens", promptTokens);
    }
    if (generatedTokens >= 0) {
      line.put("generated_tokens", generatedTokens);
    }
    line.put("ms", rounded(milliseconds));
    if (firstByteMilliseconds >= 0) {
      line.put("ttfb_ms", rounded(firstByteMilliseconds));
    }
    line.put("complete", complete);
  }

  private static double rounded(double milliseconds) {
    return Math.round(milliseconds * 1000) / 1000.0;
  }

  /** The line of the text form. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append("%s %s %d %.1f ms".formatted(method, path, status, milliseconds));
    if (firstByteMilliseconds >= 0) {
      line.append(", first byte %.1f ms".formatted(firstByteMilliseconds));
    }
    if (model != null) {
      line.append(", ").append(model);
    }
    if (promptTokens >= 0) {
      line.append(", read ").append(promptTokens);
    }
    if (generatedTokens >= 0) {
      line.append(", generated ").append(generatedTokens);
    }
    if (!complete) {
      line.append(", the client left");
    }
    if (key != null) {
      line.append(", key ").append(key);
    }
    return line.append(", ").append(id).toString();
  }
}
