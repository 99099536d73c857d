package dev.stlm.model.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.JsonText;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Immutable config records from JSON and back.
 *
 * <p>Reading refuses unknown keys (naming the allowed ones), missing keys, nulls, duplicates, wrong
 * types (no string is taken for a number, no fraction for a whole number), text after the end, and
 * whatever the record's constructor refuses. Every refusal is an {@link InvalidInputException} of
 * one line: the file or place, the key, what is allowed. A component may be left out only if it is
 * an {@link java.util.Optional} or marked {@link org.jspecify.annotations.Nullable}; an empty
 * {@code Optional} is not written.
 *
 * <p>Writing is deterministic: components in the order of the record, two blanks of indent, one
 * final newline. Thread-safe.
 */
public final class StrictJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(JsonText.factory())
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .addModule(new RecordComponents())
          .build();

  private static final ObjectWriter PRETTY = MAPPER.writer(printer());

  private StrictJson() {}

  /** Reads a file into a record. */
  public static <T> T read(Path file, Class<T> type) {
    return read(JsonText.read(file), type, file.toString());
  }

  /**
   * Reads text into a record.
   *
   * @param where names the text in errors
   */
  public static <T> T read(String json, Class<T> type, String where) {
    return read(readTree(json, where), type, where);
  }

  /**
   * Reads a parsed tree into a record.
   *
   * @param where names the tree in errors
   */
  public static <T> T read(JsonNode node, Class<T> type, String where) {
    if (!node.isObject()) {
      throw new InvalidInputException(where + ": is not a JSON object; start it with {");
    }
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonMappingException e) {
      throw JsonRefusal.of(where, e);
    } catch (JsonProcessingException e) {
      throw JsonText.notJson(where, e);
    }
  }

  /** Reads a file into a tree. */
  public static JsonNode readTree(Path file) {
    return readTree(JsonText.read(file), file.toString());
  }

  /**
   * Reads text into a tree.
   *
   * @param where names the text in errors
   */
  public static JsonNode readTree(String json, String where) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.isMissingNode()) {
        throw new InvalidInputException(where + ": is empty; it should hold a JSON object");
      }
      return node;
    } catch (JsonMappingException e) {
      throw JsonRefusal.of(where, e);
    } catch (JsonProcessingException e) {
      throw JsonText.notJson(where, e);
    }
  }

  /** A tree for a record, to build on. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** The JSON text of a record or tree, ending with a newline. */
  public static String text(Object value) {
    try {
      return PRETTY.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON-writable: " + value.getClass(), e);
    }
  }

  /** One line of JSON text without a newline: for JSON lines. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON-writable: " + value.getClass(), e);
    }
  }

  /** Writes a record or tree to a file, whole or not at all. */
  public static void write(Path file, Object value) {
    AtomicFile.write(file, text(value).getBytes(StandardCharsets.UTF_8));
  }

  private static DefaultPrettyPrinter printer() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(new DefaultPrettyPrinter.NopIndenter());
    return printer;
  }
}
