package dev.stlm.serving.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Request bodies from bytes, response bodies to bytes. */
final class JsonBody {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private JsonBody() {}

  /**
   * Reads a JSON object.
   *
   * @throws ApiException with status 400 if the bytes are not UTF-8 or not one JSON object
   */
  static ObjectNode read(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.badRequest(null, "invalid_utf8", "the request body is not valid UTF-8");
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest(
          null, "invalid_json", "the request body is not JSON: " + where(e));
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.badRequest(
        null,
        "invalid_json",
        "the request body must be a JSON object, such as {\"prompt\": \"...\"}");
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is wrong and where, without the text itself, which may be a prompt. */
  private static String where(JsonProcessingException e) {
    String problem =
        String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field")
            ? "a field is given twice"
            : "syntax error";
    return e.getLocation() == null || e.getLocation().getLineNr() < 1
        ? problem
        : "%s at line %d, column %d"
            .formatted(problem, e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }
}
