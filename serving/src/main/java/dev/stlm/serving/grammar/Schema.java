package dev.stlm.serving.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A schema and where it stands; typed access to its keywords.
 *
 * @param node true, false or an object
 * @param pointer from the root, such as {@code #/properties/name}
 */
record Schema(JsonNode node, String pointer) {
  /** Keywords that say nothing about what is valid. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions");

  private static final Set<String> COMBINING =
      Set.of("type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf", "uniqueItems");

  private static final Map<String, Set<String>> OF_TYPE =
      Map.of(
          "string", Set.of("minLength", "maxLength", "pattern", "format"),
          "integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
          "array", Set.of("items", "prefixItems", "minItems", "maxItems"),
          "object", Set.of("properties", "required", "additionalProperties"));

  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "null", "array", "object");

  /** Refuses what is not a schema, and keywords that are not supported. */
  void check() {
    if (!node.isObject()) {
      throw wrong("a schema must be an object, true or false");
    }
    for (var member : node.properties()) {
      String name = member.getKey();
      boolean known =
          ANNOTATIONS.contains(name)
              || COMBINING.contains(name)
              || OF_TYPE.values().stream().anyMatch(k -> k.contains(name));
      if (!known) {
        throw wrong("'%s' is not supported".formatted(name));
      }
    }
    if (node.path("uniqueItems").asBoolean(false)) {
      throw wrong("'uniqueItems' is not supported");
    }
  }

  /** Refuses keywords beside one that stands for the whole schema. */
  void alone(String keyword, Set<String> also) {
    for (var member : node.properties()) {
      String name = member.getKey();
      if (!name.equals(keyword) && !also.contains(name) && !ANNOTATIONS.contains(name)) {
        throw wrong("'%s' beside '%s' is not supported".formatted(name, keyword));
      }
    }
  }

  boolean has(String keyword) {
    return node.has(keyword);
  }

  JsonNode get(String keyword) {
    JsonNode value = node.get(keyword);
    return value == null ? MissingNode.getInstance() : value;
  }

  /** The schema in a keyword. */
  Schema child(String keyword) {
    return new Schema(get(keyword), pointer + "/" + keyword);
  }

  String string(String keyword) {
    if (!get(keyword).isTextual()) {
      throw wrong("'%s' must be a string".formatted(keyword));
    }
    return get(keyword).textValue();
  }

  /** A count from 0 to {@code most}, or {@code fallback} where the keyword is absent. */
  int count(String keyword, int fallback, int most) {
    if (!has(keyword)) {
      return fallback;
    }
    JsonNode value = get(keyword);
    boolean whole = value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
    if (!whole || value.doubleValue() < 0) {
      throw wrong("'%s' must be an integer from 0 on".formatted(keyword));
    }
    if (value.doubleValue() > most) {
      throw wrong("'%s' is more than %d, the most that is supported".formatted(keyword, most));
    }
    return value.intValue();
  }

  /** The schemas in a keyword that holds an array of at least one. */
  List<Schema> list(String keyword) {
    JsonNode array = get(keyword);
    if (!array.isArray() || array.isEmpty()) {
      throw wrong("'%s' must be an array of at least one schema".formatted(keyword));
    }
    List<Schema> schemas = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      schemas.add(new Schema(array.get(i), pointer + "/" + keyword + "/" + i));
    }
    return schemas;
  }

  /**
   * The types of values: those that are named, else those whose keywords are used; empty if any
   * value is valid.
   */
  Set<String> types() {
    Set<String> types = new LinkedHashSet<>();
    if (!has("type")) {
      for (String type : List.of("object", "array", "string", "integer")) {
        if (OF_TYPE.getOrDefault(type, Set.of()).stream().anyMatch(this::has)) {
          types.add(type);
        }
      }
      return types;
    }
    JsonNode type = get("type");
    List<JsonNode> named = new ArrayList<>();
    if (type.isArray()) {
      type.forEach(named::add);
    } else {
      named.add(type);
    }
    for (JsonNode name : named) {
      if (!name.isTextual() || !TYPES.contains(name.textValue())) {
        throw wrong(
            "'type' must be string, number, integer, boolean, null, array or object, or an array"
                + " of those");
      }
      types.add(name.textValue());
    }
    if (types.isEmpty()) {
      throw wrong("'type' is empty, so nothing is valid");
    }
    if (types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  InvalidInputException wrong(String what) {
    return SchemaCompiler.wrong(pointer, what);
  }
}
