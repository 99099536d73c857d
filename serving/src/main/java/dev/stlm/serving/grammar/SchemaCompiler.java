package dev.stlm.serving.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the JSON that is valid for a schema (JSON Schema 2020-12, the subset that the guide lists)
 * into a program. What is written is always valid; of what is valid it writes one spelling: members
 * in the order of {@code properties}, no further members where {@code additionalProperties} is not
 * given, no blanks but one after a comma or colon. A keyword that it does not know is refused by
 * name and place.
 */
final class SchemaCompiler {
  private static final int MOST_RULES = 256;

  private final JsonNode root;
  private final ProgramBuilder to = new ProgramBuilder();
  private final JsonForms forms = new JsonForms(to);
  private final TypedSchemas typed = new TypedSchemas(this, to, forms);
  private final Map<String, Integer> references = new HashMap<>();
  private final Deque<String> undefined = new ArrayDeque<>();

  private SchemaCompiler(JsonNode root) {
    this.root = root;
  }

  static Program compile(JsonNode schema) {
    SchemaCompiler compiler = new SchemaCompiler(schema);
    int start = compiler.schema(new Schema(schema, "#"), compiler.to.end());
    while (!compiler.undefined.isEmpty()) {
      String pointer = compiler.undefined.pop();
      compiler.to.define(
          compiler.references.getOrDefault(pointer, -1),
          compiler.schema(
              new Schema(compiler.root.at(pointer.substring(1)), pointer), compiler.to.end()));
    }
    return compiler.to.build(start);
  }

  /** Writes a value that is valid for a schema. */
  int schema(Schema schema, int next) {
    if (schema.node() instanceof BooleanNode bool) {
      if (!bool.booleanValue()) {
        throw schema.wrong("the schema false allows nothing");
      }
      return forms.value(next);
    }
    schema.check();
    if (schema.has("$ref")) {
      schema.alone("$ref", Set.of());
      return to.call(reference(schema), next);
    }
    if (schema.has("const") || schema.has("enum")) {
      String keyword = schema.has("const") ? "const" : "enum";
      schema.alone(keyword, Set.of("type"));
      return to.anyOf(constants(schema, keyword), next);
    }
    for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
      if (schema.has(keyword)) {
        schema.alone(keyword, Set.of());
        List<Schema> options = schema.list(keyword);
        if (keyword.equals("allOf") && options.size() > 1) {
          throw schema.wrong("'allOf' of more than one schema is not supported");
        }
        return to.either(options.stream().map(o -> schema(o, next)).toList());
      }
    }
    Set<String> types = schema.types();
    if (types.isEmpty()) {
      return forms.value(next);
    }
    return to.either(types.stream().map(type -> typed.write(type, schema, next)).toList());
  }

  private int reference(Schema schema) {
    String pointer = schema.string("$ref");
    if (!pointer.equals("#") && !pointer.startsWith("#/")) {
      throw schema.wrong("'$ref' must point into the same schema, such as #/$defs/name");
    }
    Integer known = references.get(pointer);
    if (known != null) {
      return known;
    }
    JsonNode target;
    try {
      target = root.at(pointer.substring(1));
    } catch (IllegalArgumentException e) {
      throw schema.wrong("'$ref' is not a JSON pointer");
    }
    if (target.isMissingNode()) {
      throw schema.wrong("'$ref' points to '%s', where nothing is".formatted(pointer));
    }
    if (references.size() >= MOST_RULES) {
      throw schema.wrong("it refers to more than %d parts".formatted(MOST_RULES));
    }
    int rule = to.rule();
    references.put(pointer, rule);
    undefined.push(pointer);
    return rule;
  }

  private static List<byte[]> constants(Schema schema, String keyword) {
    List<JsonNode> values = new ArrayList<>();
    if (keyword.equals("const")) {
      values.add(schema.get("const"));
    } else {
      if (!schema.get("enum").isArray()) {
        throw schema.wrong("'enum' must be an array");
      }
      schema.get("enum").forEach(values::add);
    }
    if (values.stream().anyMatch(v -> v.isNumber() && !Double.isFinite(v.doubleValue()))) {
      throw schema.wrong("'%s' holds a number that is too large".formatted(keyword));
    }
    if (schema.has("type")) {
      Set<String> types = schema.types();
      values.removeIf(v -> types.stream().noneMatch(t -> isOf(t, v)));
    }
    if (values.isEmpty()) {
      throw schema.wrong("'%s' leaves no value".formatted(keyword));
    }
    Set<String> seen = new LinkedHashSet<>();
    List<byte[]> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (seen.add(value.toString())) {
        texts.add(JsonText.write(value));
      }
    }
    return texts;
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "string" -> value.isTextual();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "array" -> value.isArray();
      default -> value.isObject();
    };
  }

  /** An error that names what and where. */
  static InvalidInputException wrong(String pointer, String what) {
    return new InvalidInputException("JSON schema, at %s: %s".formatted(pointer, what));
  }
}
