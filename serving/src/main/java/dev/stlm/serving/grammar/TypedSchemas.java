package dev.stlm.serving.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the values of one type that are valid for a schema. */
final class TypedSchemas {
  private static final int MOST_CHARACTERS = 4096;
  private static final int MOST_ITEMS = 1000;
  private static final int LONGEST_NAME = 256;

  private final SchemaCompiler schemas;
  private final ProgramBuilder to;
  private final JsonForms forms;

  TypedSchemas(SchemaCompiler schemas, ProgramBuilder to, JsonForms forms) {
    this.schemas = schemas;
    this.to = to;
    this.forms = forms;
  }

  int write(String type, Schema schema, int next) {
    return switch (type) {
      case "string" -> string(schema, next);
      case "integer" -> integer(schema, next);
      case "number" -> number(schema, next);
      case "boolean" -> to.either(to.literal("true", next), to.literal("false", next));
      case "null" -> to.literal("null", next);
      case "array" -> array(schema, next);
      default -> object(schema, next);
    };
  }

  private int string(Schema schema, int next) {
    int least = schema.count("minLength", 0, MOST_CHARACTERS);
    int most = schema.count("maxLength", -1, MOST_CHARACTERS);
    boolean counted = schema.has("minLength") || schema.has("maxLength");
    if (most >= 0 && most < least) {
      throw schema.wrong("'maxLength' is less than 'minLength', so nothing is valid");
    }
    if ((counted ? 1 : 0) + (schema.has("pattern") ? 1 : 0) + (schema.has("format") ? 1 : 0) > 1) {
      throw schema.wrong(
          "only one of lengths, 'pattern' and 'format' is supported for a string; a pattern can"
              + " count, too");
    }
    if (schema.has("pattern")) {
      return forms.string(RegexParser.somewhere(schema.string("pattern")), next);
    }
    if (schema.has("format")) {
      String format = schema.string("format");
      Regex texts =
          StringFormats.find(format)
              .orElseThrow(() ->
                  schema.wrong(
                      "the format '%s' is not supported; those that are: %s"
                          .formatted(format, StringFormats.names())));
      return forms.string(texts, next);
    }
    return counted ? forms.string(least, most, next) : forms.string(next);
  }

  private int integer(Schema schema, int next) {
    long least = -IntegerRange.LARGEST;
    long most = IntegerRange.LARGEST;
    if (schema.has("minimum")) {
      least = Math.max(least, bound(schema, "minimum", RoundingMode.CEILING));
    }
    if (schema.has("exclusiveMinimum")) {
      least = Math.max(least, bound(schema, "exclusiveMinimum", RoundingMode.FLOOR) + 1);
    }
    if (schema.has("maximum")) {
      most = Math.min(most, bound(schema, "maximum", RoundingMode.FLOOR));
    }
    if (schema.has("exclusiveMaximum")) {
      most = Math.min(most, bound(schema, "exclusiveMaximum", RoundingMode.CEILING) - 1);
    }
    if (least > most) {
      throw schema.wrong("no integer is within its bounds");
    }
    return new IntegerRange(least, most).write(to, next);
  }

  private static long bound(Schema schema, String keyword, RoundingMode rounding) {
    JsonNode value = schema.get(keyword);
    if (!value.isNumber() || !(Math.abs(value.doubleValue()) < 1e18)) {
      throw schema.wrong("'%s' must be a number of at most 18 digits".formatted(keyword));
    }
    BigDecimal number = value.decimalValue();
    return number.setScale(0, rounding).longValueExact();
  }

  private int number(Schema schema, int next) {
    for (String keyword : List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")) {
      if (schema.has(keyword)) {
        throw schema.wrong(
            "'%s' is supported for the type integer, not for number".formatted(keyword));
      }
    }
    return forms.number(next);
  }

  private int array(Schema schema, int next) {
    List<Schema> first = schema.has("prefixItems") ? schema.list("prefixItems") : List.of();
    boolean closed = schema.get("items").isBoolean() && !schema.get("items").booleanValue();
    int least = schema.count("minItems", 0, MOST_ITEMS);
    int most = schema.count("maxItems", -1, MOST_ITEMS);
    if (closed) {
      most = most < 0 ? first.size() : Math.min(most, first.size());
    }
    if (most >= 0 && most < least) {
      throw schema.wrong("an array can not have as many items as it must");
    }
    JsonForms.Item item = item(schema, closed);
    if (least == 0 && most < 0 && first.isEmpty()) {
      return forms.array(item, next);
    }
    int counted = most >= 0 ? most : Math.max(least, first.size());
    int rule = -1;
    if (counted > first.size()) {
      rule = to.rule();
      to.define(rule, item.write(to.end()));
    }
    int close = to.literal("]", next);
    // what follows after so many items
    int after = close;
    if (most < 0 && !closed) {
      int loop = to.open();
      int more = rule >= 0 ? to.call(rule, loop) : item.write(loop);
      to.close(loop, forms.comma(more), close);
      after = loop;
    }
    int begin = after;
    for (int i = counted - 1; i >= 0; i--) {
      int body = i < first.size() ? schemas.schema(first.get(i), after) : to.call(rule, after);
      begin = i < least ? body : to.either(body, close);
      after = i < least ? forms.comma(body) : to.either(forms.comma(body), close);
    }
    if (counted == 0) {
      begin = close; // no items, and none may follow
    }
    return to.literal("[", begin);
  }

  private JsonForms.Item item(Schema schema, boolean closed) {
    if (closed || !schema.has("items")) {
      return forms::value;
    }
    Schema items = schema.child("items");
    return at -> schemas.schema(items, at);
  }

  private int object(Schema schema, int next) {
    boolean open =
        schema.has("additionalProperties")
            ? !(schema.get("additionalProperties").isBoolean()
                && !schema.get("additionalProperties").booleanValue())
            : !schema.has("properties");
    Map<String, Schema> properties = properties(schema);
    Set<String> required = required(schema, properties.keySet());
    int close = to.literal("}", next);
    // two tracks: nothing has been written yet, or something has
    int none = close;
    int some = close;
    if (open) {
      int more = to.open();
      int member = otherMember(schema, properties.keySet(), more);
      to.close(more, forms.comma(member), close);
      some = more;
      none = to.either(member, close);
    }
    List<String> names = new ArrayList<>(properties.keySet());
    for (String name : names.reversed()) {
      int value = schemas.schema(properties.getOrDefault(name, schema), some);
      int member = to.literal(JsonText.quote(name), forms.colon(value));
      boolean must = required.contains(name);
      some = must ? forms.comma(member) : to.either(forms.comma(member), some);
      none = must ? member : to.either(member, none);
    }
    return to.literal("{", none);
  }

  private int otherMember(Schema schema, Set<String> names, int next) {
    Schema values = schema.child("additionalProperties");
    int value =
        schema.has("additionalProperties") ? schemas.schema(values, next) : forms.value(next);
    if (names.isEmpty()) {
      return forms.string(forms.colon(value));
    }
    for (String name : names) {
      if (name.length() > LONGEST_NAME) {
        throw schema.wrong(
            "a name of more than %d characters beside 'additionalProperties' is not supported"
                .formatted(LONGEST_NAME));
      }
    }
    return forms.otherKey(names, forms.colon(value));
  }

  private static Map<String, Schema> properties(Schema schema) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    if (schema.has("properties")) {
      if (!schema.get("properties").isObject()) {
        throw schema.wrong("'properties' must be an object");
      }
      for (var member : schema.get("properties").properties()) {
        String pointer =
            schema.pointer()
                + "/properties/"
                + member.getKey().replace("~", "~0").replace("/", "~1");
        properties.put(member.getKey(), new Schema(member.getValue(), pointer));
      }
    }
    return properties;
  }

  private static Set<String> required(Schema schema, Set<String> properties) {
    Set<String> required = new LinkedHashSet<>();
    if (schema.has("required")) {
      if (!schema.get("required").isArray()) {
        throw schema.wrong("'required' must be an array of names");
      }
      for (JsonNode name : schema.get("required")) {
        if (!name.isTextual() || !properties.contains(name.textValue())) {
          throw schema.wrong("'required' holds %s, which is not in 'properties'".formatted(name));
        }
        required.add(name.textValue());
      }
    }
    return required;
  }
}
