package dev.stlm.model.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.stlm.model.storage.JsonText;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says in one line of our own words why Jackson refused JSON. */
final class JsonRefusal {
  private static final Pattern MISSING =
      Pattern.compile("[Mm]issing required creator property '([^']*)'");
  private static final Pattern TYPE_ID_MISSING =
      Pattern.compile("missing type id property '([^']*)'");

  private JsonRefusal() {}

  static InvalidInputException of(String where, JsonMappingException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof InvalidInputException refused) {
        // a record's constructor spoke: its line already names the field
        String line = String.valueOf(refused.getMessage());
        String said = line.startsWith("config: ") ? line.substring("config: ".length()) : line;
        return new InvalidInputException(where + ": " + within(key(e.getPath()), said), e);
      }
    }
    String key = key(e.getPath());
    return new InvalidInputException(where + ": " + reason(e, key), e);
  }

  /**
   * A record names its fields from itself on ("attention.heads is 0"): puts the path of what holds
   * it before that ("encoder.stack."), where the name does not repeat it.
   */
  private static String within(String path, String said) {
    String[] steps = path.isEmpty() ? new String[0] : path.split("\\.", -1);
    for (int outer = 0; outer < steps.length; outer++) {
      String inner = String.join(".", Arrays.copyOfRange(steps, outer, steps.length));
      if (said.startsWith(inner + ".") || said.startsWith(inner + " ")) {
        return prefix(steps, outer) + said;
      }
    }
    return prefix(steps, steps.length) + said;
  }

  private static String prefix(String[] steps, int count) {
    return count == 0 ? "" : String.join(".", Arrays.copyOf(steps, count)) + ".";
  }

  private static String reason(JsonMappingException e, String key) {
    Matcher missing = MISSING.matcher(String.valueOf(e.getOriginalMessage()));
    Matcher typeMissing = TYPE_ID_MISSING.matcher(String.valueOf(e.getOriginalMessage()));
    return switch (e) {
      case UnrecognizedPropertyException u ->
          "unknown key " + key + "; allowed: " + list(u.getKnownPropertyIds());
      case InvalidTypeIdException t when typeMissing.find() ->
          in(key) + typeMissing.group(1) + " is missing; give it a value";
      case InvalidTypeIdException t ->
          in(key) + "\"" + t.getTypeId() + "\" is not a known type" + knownTypes(t);
      case MismatchedInputException m when missing.find() ->
          // the path already ends with the missing component
          (key.isEmpty() ? missing.group(1) : key) + " is missing; give it a value";
      case InvalidNullException _ -> key + " is null; give it a value or leave it out";
      case MismatchedInputException m when trailing(m) ->
          "something follows after the end of the JSON object; remove it";
      case InvalidFormatException f ->
          key + " is " + quoted(f.getValue()) + "; it should be " + wanted(f.getTargetType());
      case MismatchedInputException m ->
          (key.isEmpty() ? "it" : key) + " should be " + wanted(m.getTargetType());
      default -> {
        Throwable cause = e.getCause();
        yield cause instanceof JsonProcessingException p
            ? String.valueOf(JsonText.notJson(key, p).getMessage())
            : (key.isEmpty() ? "" : key + ": ")
                + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      }
    };
  }

  private static boolean trailing(MismatchedInputException e) {
    return String.valueOf(e.getOriginalMessage()).startsWith("Trailing token");
  }

  private static String key(List<JsonMappingException.Reference> path) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() == null) {
        key.append('[').append(step.getIndex()).append(']');
      } else {
        key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return key.toString();
  }

  private static String in(String key) {
    return key.isEmpty() ? "" : key + ": ";
  }

  private static String list(Collection<?> names) {
    return names.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  private static String knownTypes(InvalidTypeIdException e) {
    Matcher m = Pattern.compile("known type ids = (\\[[^]]*])").matcher(e.getOriginalMessage());
    return m.find() ? "; allowed: " + m.group(1).replaceAll("[\\[\\]]", "") : "";
  }

  private static String quoted(Object value) {
    return value instanceof CharSequence ? "\"" + value + "\"" : String.valueOf(value);
  }

  private static String wanted(Class<?> type) {
    if (type == null) {
      return "something else";
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class || type == float.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return "one of "
          + java.util.Arrays.stream(type.getEnumConstants())
              .map(c -> StrictJson.line(c))
              .collect(Collectors.joining(", "));
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list in [ ]";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a text in \" \"";
    }
    return type.isRecord() || type.isInterface()
        ? "an object in { }"
        : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
  }
}
