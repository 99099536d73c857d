package dev.stlm.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code tokenizer.json}: the type of a tokenizer and its settings, all texts. */
final class TokenizerFile {
  private static final String TYPE = "type";

  private TokenizerFile() {}

  /**
   * Reads the text of one.
   *
   * @param file names it in errors
   */
  static Tokenizer read(String text, String file) {
    JsonNode json = StrictJson.readTree(text, file);
    if (!json.path(TYPE).isTextual()) {
      throw new InvalidInputException(
          file + ": has no \"type\"; give the type of the tokenizer, such as \"byte\"");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    json.properties()
        .forEach(entry -> {
          if (!entry.getValue().isTextual()) {
            throw new InvalidInputException(
                file + ": " + entry.getKey() + " should be a text in \" \"");
          }
          settings.put(entry.getKey(), entry.getValue().textValue());
        });
    String type = json.path(TYPE).textValue();
    settings.remove(TYPE);
    try {
      return Tokenizers.create(type, settings);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  static String text(Tokenizer tokenizer) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put(TYPE, tokenizer.type());
    json.putAll(tokenizer.settings());
    return StrictJson.text(json);
  }
}
