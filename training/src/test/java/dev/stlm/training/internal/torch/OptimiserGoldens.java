package dev.stlm.training.internal.torch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What {@code optimisers/goldens.py} wrote: trajectories of reference implementations. */
public record OptimiserGoldens(JsonNode tree) {
  private static final String FILE = "/optimisers/goldens.json";

  public static OptimiserGoldens read() {
    try (InputStream in =
        Objects.requireNonNull(OptimiserGoldens.class.getResourceAsStream(FILE))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new OptimiserGoldens(StrictJson.readTree(text, FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Parameter> parameters() {
    List<Parameter> list = new ArrayList<>();
    for (JsonNode p : tree.path("parameters")) {
      list.add(
          new Parameter(
              p.path("name").asText(),
              p.path("rows").asInt(),
              p.path("columns").asInt(),
              Parameter.Kind.valueOf(p.path("kind").asText()),
              new Parameter.Init.Constant(0),
              Optional.empty()));
    }
    return list;
  }

  /** Rows of the projections that the first parameter joins in one of the trajectories. */
  List<Integer> joined() {
    List<Integer> rows = new ArrayList<>();
    tree.path("joined").forEach(n -> rows.add(n.asInt()));
    return rows;
  }

  double number(String name) {
    return tree.path(name).asDouble();
  }

  double[] rates() {
    return numbers(tree.path("rates"));
  }

  /** The values of every parameter at the start. */
  List<float[]> start() {
    return values(tree.path("start"));
  }

  /** The gradients of a step from 1. */
  List<float[]> gradients(int step) {
    return values(tree.path("gradients").path(step - 1));
  }

  /** The steps after which values are known. */
  List<Integer> shown() {
    List<Integer> steps = new ArrayList<>();
    tree.path("shown").forEach(n -> steps.add(n.asInt()));
    return steps;
  }

  /** The values of every parameter after a step of {@link #shown()}, by a reference. */
  List<float[]> after(String reference, int step) {
    return values(tree.path("after").path(reference).path(shown().indexOf(step)));
  }

  /** Rates of a schedule of 40 steps, 4 of them warm-up, at steps 0 to 40; the peak is 1. */
  public double[] schedule(String name) {
    return numbers(tree.path("schedules").path(name));
  }

  private static List<float[]> values(JsonNode lists) {
    List<float[]> values = new ArrayList<>();
    for (JsonNode list : lists) {
      double[] wide = numbers(list);
      float[] narrow = new float[wide.length];
      for (int i = 0; i < wide.length; i++) {
        narrow[i] = (float) wide[i];
      }
      values.add(narrow);
    }
    return values;
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.path(i).asDouble();
    }
    return numbers;
  }
}
