package dev.stlm.training.internal.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;

/** Settings as somebody wrote them, laid over their defaults. */
public final class SettingsOverlay {
  private SettingsOverlay() {}

  /**
   * Reads a record; what is left out is as in {@code defaults}, unknown keys are refused.
   *
   * @param where names the settings in errors
   */
  public static <T extends Record> T read(JsonNode given, T defaults, Class<T> type, String where) {
    if (!(given instanceof ObjectNode object)) {
      throw new InvalidInputException(where + ": is not a JSON object; start it with {");
    }
    return StrictJson.read(over((ObjectNode) StrictJson.tree(defaults), object), type, where);
  }

  /** A new tree: {@code over}, completed by {@code under}, objects inside of it likewise. */
  public static ObjectNode over(ObjectNode under, ObjectNode over) {
    ObjectNode both = under.deepCopy();
    over.properties()
        .forEach(entry -> {
          boolean objects =
              both.get(entry.getKey()) instanceof ObjectNode && entry.getValue().isObject();
          both.set(
              entry.getKey(),
              objects
                  ? over((ObjectNode) both.get(entry.getKey()), (ObjectNode) entry.getValue())
                  : entry.getValue());
        });
    return both;
  }
}
