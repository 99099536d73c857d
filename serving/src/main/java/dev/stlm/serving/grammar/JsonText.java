package dev.stlm.serving.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.charset.StandardCharsets;

/** JSON values in the one spelling that grammars allow. */
final class JsonText {
  private JsonText() {}

  /** The escape of a character that a JSON string does not hold as it is, else the character. */
  static String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> c < 0x20 ? "\\u%04x".formatted(c) : Character.toString(c);
    };
  }

  /** A string in quotes. */
  static byte[] quote(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidInputException(
          "JSON schema: a text has half of a surrogate pair, which is not a character");
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(escape(c)));
    return quoted.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A value without blanks, members in their order. */
  static byte[] write(JsonNode value) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    write(value, out);
    return out.toByteArray();
  }

  private static void write(JsonNode value, java.io.ByteArrayOutputStream out) {
    if (value.isTextual()) {
      out.writeBytes(quote(value.textValue()));
    } else if (value.isObject()) {
      out.write('{');
      boolean first = true;
      for (var member : value.properties()) {
        if (!first) {
          out.write(',');
        }
        first = false;
        out.writeBytes(quote(member.getKey()));
        out.write(':');
        write(member.getValue(), out);
      }
      out.write('}');
    } else if (value.isArray()) {
      out.write('[');
      for (int i = 0; i < value.size(); i++) {
        if (i > 0) {
          out.write(',');
        }
        write(value.get(i), out);
      }
      out.write(']');
    } else {
      out.writeBytes(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
