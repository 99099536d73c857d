package dev.stlm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The golden values beside the tests; their README says who made them. */
public final class Goldens {
  private Goldens() {}

  /** Values of single functions and end-to-end runs, by key. */
  public static JsonNode unit(String key) {
    return Objects.requireNonNull(read("unit-goldens.json").get(key), key);
  }

  /** Whole data sets, one entry a task. */
  public static JsonNode tasks() {
    return read("task-goldens.json");
  }

  private static JsonNode read(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream("/dev/stlm/bench/" + name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array. */
  public static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
    List<T> list = new ArrayList<>();
    array.forEach(n -> list.add(element.apply(n)));
    return list;
  }

  /** Numbers, with infinities and NaN as strings. */
  public static double number(JsonNode node) {
    return switch (node.asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> node.asDouble();
    };
  }

  public static double[] numbers(JsonNode array) {
    return list(array, Goldens::number).stream().mapToDouble(d -> d).toArray();
  }

  public static int[] ints(JsonNode array) {
    return list(array, JsonNode::asInt).stream().mapToInt(i -> i).toArray();
  }

  /** A standard error, empty where the harness prints N/A. */
  public static OptionalDouble error(JsonNode node) {
    return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
  }
}
