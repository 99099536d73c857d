package dev.stlm.compression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Steps in order, as JSON:
 *
 * <pre>{@code
 * {"version": 1,
 *  "seed": 7,
 *  "steps": [
 *    {"type": "prune.magnitude", "sparsity": 0.4},
 *    {"type": "distil", "steps": 500, "keepZeros": true},
 *    {"type": "quantise.int8"}]}
 * }</pre>
 *
 * @param seed seeds whatever is random; step i gets seed + i
 * @param steps at least one
 */
public record Recipe(long seed, List<CompressionStep> steps) {
  /** The version of the format. */
  public static final int VERSION = 1;

  public Recipe {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new InvalidInputException("recipe: steps is empty; name at least one step");
    }
  }

  /**
   * Reads a recipe file.
   *
   * @throws InvalidInputException naming the file, the step and the key that is wrong
   */
  public static Recipe read(Path file) {
    return of(StrictJson.readTree(file), file.toString());
  }

  /**
   * Reads a recipe from text.
   *
   * @param where names the text in errors
   */
  public static Recipe parse(String json, String where) {
    return of(StrictJson.readTree(json, where), where);
  }

  private static Recipe of(JsonNode tree, String where) {
    Form form = StrictJson.read(tree, Form.class, where);
    if (form.version() != VERSION) {
      throw new InvalidInputException(
          where + ": version is " + form.version() + "; this program reads version " + VERSION);
    }
    List<CompressionStep> steps = new ArrayList<>();
    for (JsonNode node : form.steps()) {
      steps.add(step(node, where + ": step " + (steps.size() + 1)));
    }
    try {
      return new Recipe(form.seed().orElse(0L), steps);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + ": " + e.getMessage(), e);
    }
  }

  private static CompressionStep step(JsonNode node, String where) {
    if (!(node instanceof ObjectNode object)) {
      throw new InvalidInputException(where + ": is not a JSON object; write {\"type\": …}");
    }
    if (!object.path("type").isTextual()) {
      throw new InvalidInputException(
          where + ": has no type; use one of " + String.join(", ", StepTypes.help().keySet()));
    }
    ObjectNode settings = object.deepCopy();
    String type = settings.remove("type").textValue();
    try {
      return StepTypes.create(type, settings);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + ": " + e.getMessage(), e);
    }
  }

  private record Form(int version, Optional<Long> seed, List<JsonNode> steps) {}
}
