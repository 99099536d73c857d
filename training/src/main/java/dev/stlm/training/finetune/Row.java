package dev.stlm.training.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One JSON object of a data file. Fields that a task does not ask for are allowed: data sets bring
 * more than a task needs.
 *
 * <p>Whatever does not fit is refused in a message without the place; who reads the file adds that.
 */
public final class Row {
  private final JsonNode object;

  /**
   * A row.
   *
   * @throws InvalidInputException if the value is not an object
   */
  public Row(JsonNode object) {
    if (!object.isObject()) {
      throw new InvalidInputException("is not a JSON object; start each line with {");
    }
    this.object = object;
  }

  /** Whether there is a field of a name. */
  public boolean has(String field) {
    return object.hasNonNull(field);
  }

  /**
   * The first field that is there of some names, as text.
   *
   * @throws InvalidInputException if there is none, it is not text, or it is blank
   */
  public String text(String... names) {
    for (String name : names) {
      if (has(name)) {
        JsonNode value = object.get(name);
        if (!value.isTextual() || value.asText().isBlank()) {
          throw new InvalidInputException(
              "\"" + name + "\" is not a text with some characters; give one");
        }
        return value.asText();
      }
    }
    throw new InvalidInputException("has no field \"" + String.join("\" or \"", names) + "\"");
  }

  /** A field as it is written, text without its quotes; empty if there is none. */
  public Optional<String> value(String name) {
    return has(name) && object.get(name).isValueNode()
        ? Optional.of(object.get(name).asText())
        : Optional.empty();
  }

  /**
   * A field as a list of rows.
   *
   * @throws InvalidInputException if it is not a list of objects
   */
  public List<Row> rows(String name) {
    JsonNode list = object.get(name);
    if (list == null || !list.isArray()) {
      throw new InvalidInputException("\"" + name + "\" is not a list of objects");
    }
    List<Row> rows = new ArrayList<>(list.size());
    for (Iterator<JsonNode> it = list.elements(); it.hasNext(); ) {
      rows.add(new Row(it.next()));
    }
    return rows;
  }
}
