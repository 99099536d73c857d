package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the fields of a request; what does not fit is refused with the field's name. A
 * field that is null counts as absent, as in OpenAI's API.
 */
final class Fields {
  private final ObjectNode object;
  private final String prefix;

  Fields(ObjectNode object) {
    this(object, "");
  }

  Fields(ObjectNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /** Refuses every field that is neither known nor harmless to ignore. */
  void allow(Set<String> known) {
    for (var property : object.properties()) {
      if (!known.contains(property.getKey())) {
        throw ApiException.badRequest(
            prefix + property.getKey(),
            "unknown_parameter",
            "this server does not know the field '%s'; it knows %s"
                .formatted(prefix + property.getKey(), String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  /** The value of a field unless it is absent or null. */
  @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  boolean flag(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrongType(name, "true or false", value);
    }
    return value.booleanValue();
  }

  Optional<Long> integer(String name, long least, long most) {
    JsonNode value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    boolean whole =
        value.isIntegralNumber()
            || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
    if (!whole) {
      throw wrongType(name, "an integer", value);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw outOfRange(name, value, Long.toString(least), Long.toString(most));
    }
    return Optional.of(value.longValue());
  }

  double number(String name, double fallback, double least, double most) {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.isNumber()) {
      throw wrongType(name, "a number", value);
    }
    double number = value.doubleValue();
    if (!(number >= least && number <= most)) {
      throw outOfRange(name, value, Double.toString(least), Double.toString(most));
    }
    return number;
  }

  Optional<String> string(String name) {
    JsonNode value = get(name);
    return value == null ? Optional.empty() : Optional.of(text(name, value));
  }

  /** A string or an array of strings. */
  List<String> strings(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(text(name, value));
    }
    List<String> list = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      list.add(text(name, element));
    }
    return list;
  }

  /** The fields of a field that is an object. */
  Optional<Fields> object(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof ObjectNode node)) {
      throw wrongType(name, "an object", value);
    }
    return Optional.of(new Fields(node, prefix + name + "."));
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A string that has a UTF-8 form. */
  String text(String name, JsonNode value) {
    if (!value.isTextual()) {
      throw wrongType(name, "a string", value);
    }
    String text = value.textValue();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw ApiException.badRequest(
          prefix + name,
          "invalid_unicode",
          "'" + prefix + name + "' has half of a surrogate pair, which is not a character");
    }
    return text;
  }

  ApiException wrongType(String name, String wanted, JsonNode value) {
    return ApiException.badRequest(
        prefix + name,
        "invalid_type",
        "'%s' must be %s, not %s".formatted(prefix + name, wanted, kind(value)));
  }

  private ApiException outOfRange(String name, JsonNode value, String least, String most) {
    return ApiException.badRequest(
        prefix + name,
        "invalid_value",
        "'%s' is %s; it must be between %s and %s"
            .formatted(prefix + name, value.asText(), least, most));
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      default -> "null";
    };
  }
}
