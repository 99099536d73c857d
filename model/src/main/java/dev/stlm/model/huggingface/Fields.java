package dev.stlm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a JSON object, each asked for by who understands it; what nobody asked for is
 * refused by {@link #refuseOthers}. A field that is null counts as left out.
 */
final class Fields {
  private final JsonNode object;
  private final String where;
  private final Set<String> asked = new HashSet<>();

  /**
   * An object's fields.
   *
   * @param where names the object in errors
   */
  Fields(JsonNode object, String where) {
    if (!object.isObject()) {
      throw new InvalidInputException(where + ": should be an object in { }");
    }
    this.object = object;
    this.where = where;
  }

  /** A field of any type. */
  Optional<JsonNode> any(String name) {
    asked.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** A whole number from 0 on. */
  Optional<Integer> whole(String name) {
    return any(name)
        .map(value -> {
          if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw unsupported(name, value, "a whole number from 0 to 2^31 - 1");
          }
          return value.intValue();
        });
  }

  /** A whole number from 1 on that has to be there. */
  int count(String name) {
    int value = whole(name).orElseThrow(() -> missing(name));
    if (value == 0) {
      throw unsupported(name, value, "a whole number from 1 on");
    }
    return value;
  }

  /** A number. */
  Optional<Double> number(String name) {
    return any(name)
        .map(value -> {
          if (!value.isNumber()) {
            throw unsupported(name, value, "a number");
          }
          return value.doubleValue();
        });
  }

  /** Numbers. */
  Optional<List<Double>> numbers(String name) {
    return any(name)
        .map(value -> {
          List<Double> list = new ArrayList<>();
          if (!value.isArray()) {
            throw unsupported(name, value, "a list of numbers");
          }
          for (JsonNode item : value) {
            if (!item.isNumber()) {
              throw unsupported(name, value, "a list of numbers");
            }
            list.add(item.doubleValue());
          }
          return list;
        });
  }

  /** A text. */
  Optional<String> text(String name) {
    return any(name)
        .map(value -> {
          if (!value.isTextual()) {
            throw unsupported(name, value, "a text");
          }
          return value.textValue();
        });
  }

  /** True or false. */
  Optional<Boolean> flag(String name) {
    return any(name)
        .map(value -> {
          if (!value.isBoolean()) {
            throw unsupported(name, value, "true or false");
          }
          return value.booleanValue();
        });
  }

  /** An object. */
  Optional<Fields> object(String name) {
    return any(name).map(value -> part(name, value));
  }

  /** A part of this object that is one itself. */
  Fields part(String name, JsonNode value) {
    return new Fields(value, where + ": " + name);
  }

  /** A flag that may be left out, but not true: what it switches on is not supported. */
  void mustBeFalse(String name) {
    if (flag(name).orElse(false)) {
      throw unsupported(name, true, "false: models with it can not be run");
    }
  }

  /** Refuses every field that was not asked for and is not one of those to be ignored. */
  void refuseOthers(Set<String> ignored) {
    object
        .properties()
        .forEach(field -> {
          String name = field.getKey();
          if (!asked.contains(name) && !ignored.contains(name) && !field.getValue().isNull()) {
            throw new InvalidInputException(
                "%s: field %s is not understood, so the model might be another one than it seems; remove it if it changes nothing"
                    .formatted(where, OneLine.of(name)));
          }
        });
  }

  InvalidInputException missing(String name) {
    return new InvalidInputException(where + ": " + name + " is missing; give it a value");
  }

  InvalidInputException unsupported(String name, Object value, String supported) {
    return new InvalidInputException(
        where + ": " + name + " is " + OneLine.of(value.toString()) + "; supported: " + supported);
  }

  InvalidInputException invalid(String what) {
    return new InvalidInputException(where + ": " + what);
  }
}
