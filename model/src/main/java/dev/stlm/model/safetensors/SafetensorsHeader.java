package dev.stlm.model.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.stlm.model.storage.JsonText;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a file: where each tensor lies.
 *
 * @param entries tensors by name, by rising offset; together they fill the data without gap or
 *     overlap
 * @param metadata free texts by name
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  private static final JsonFactory JSON = JsonText.factory();
  private static final int MAX_DIMENSIONS = 32;

  /** One tensor; offsets count from the start of the data. */
  record Entry(Dtype dtype, List<Long> shape, long begin, long end) {}

  SafetensorsHeader {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Parses and checks a header.
   *
   * @param json the header's text
   * @param dataSize bytes of the file after the header
   * @param where names the file in errors
   */
  static SafetensorsHeader parse(Reader json, long dataSize, String where) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = Map.of();
    try (JsonParser parser = JSON.createParser(json)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, where, "its header is not an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("__metadata__")) {
          metadata = metadata(parser, where);
        } else {
          entries.put(name, entry(parser, where + ": tensor " + quoted(name)));
        }
      }
      expect(parser.nextToken() == null, where, "something follows the object in its header");
    } catch (JsonProcessingException e) {
      throw JsonText.notJson(where + ": its header", e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(where + ": its header is not UTF-8; the file is damaged", e);
    }
    return new SafetensorsHeader(contiguous(entries, dataSize, where), metadata);
  }

  private static Map<String, String> metadata(JsonParser parser, String where) throws IOException {
    expect(parser.currentToken() == JsonToken.START_OBJECT, where, "__metadata__ is not an object");
    Map<String, String> metadata = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      expect(
          parser.nextToken() == JsonToken.VALUE_STRING, where, "__metadata__ holds not only texts");
      metadata.put(key, parser.getText());
    }
    return metadata;
  }

  private static Entry entry(JsonParser parser, String where) throws IOException {
    expect(parser.currentToken() == JsonToken.START_OBJECT, where, "is not an object");
    Dtype dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(parser, where);
        case "shape" -> shape = wholeNumbers(parser, MAX_DIMENSIONS, where + ": shape");
        case "data_offsets" -> offsets = wholeNumbers(parser, 2, where + ": data_offsets");
        default ->
            throw new InvalidInputException(
                where + ": unknown key " + quoted(key) + "; allowed: dtype, shape, data_offsets");
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new InvalidInputException(where + ": needs dtype, shape and two data_offsets");
    }
    return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
  }

  private static Dtype dtype(JsonParser parser, String where) throws IOException {
    String name = parser.getText();
    for (Dtype dtype : Dtype.values()) {
      if (dtype.name().equals(name) && parser.currentToken() == JsonToken.VALUE_STRING) {
        return dtype;
      }
    }
    throw new InvalidInputException(
        where + ": dtype " + quoted(name) + " is not one of " + List.of(Dtype.values()));
  }

  private static List<Long> wholeNumbers(JsonParser parser, int most, String where)
      throws IOException {
    expect(parser.currentToken() == JsonToken.START_ARRAY, where, "is not a list");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && !parser.getText().startsWith("-");
      expect(whole, where, "holds something else than whole numbers from 0 to 2^63 - 1");
      expect(numbers.size() < most, where, "has more than " + most + " entries");
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private static Map<String, Entry> contiguous(
      Map<String, Entry> entries, long dataSize, String where) {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
    // an empty tensor may share its offset with the next one
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    Map<String, Entry> ordered = new LinkedHashMap<>();
    long next = 0;
    for (Map.Entry<String, Entry> e : sorted) {
      Entry entry = e.getValue();
      String which = where + ": tensor " + quoted(e.getKey());
      if (entry.begin() != next) {
        throw new InvalidInputException(
            which
                + (entry.begin() < next ? " overlaps the one before" : " leaves a gap")
                + ": it begins at "
                + entry.begin()
                + ", not at "
                + next);
      }
      long size;
      try {
        size = StoredTensor.byteSize(entry.dtype(), entry.shape());
      } catch (ArithmeticException overflow) {
        throw new InvalidInputException(
            which + ": its shape " + entry.shape() + " is too large", overflow);
      }
      if (entry.end() < entry.begin() || entry.end() - entry.begin() != size) {
        throw new InvalidInputException(
            which
                + ": its data_offsets ["
                + entry.begin()
                + ", "
                + entry.end()
                + "] do not fit the "
                + size
                + " bytes of "
                + entry.dtype()
                + " "
                + entry.shape());
      }
      ordered.put(e.getKey(), entry);
      next = entry.end();
    }
    if (next != dataSize) {
      throw new InvalidInputException(
          where
              + ": holds "
              + dataSize
              + " bytes of data, its header asks for "
              + next
              + (next > dataSize ? "; the file is cut short" : "; something follows the tensors"));
    }
    return ordered;
  }

  private static void expect(boolean holds, String where, String otherwise) {
    if (!holds) {
      throw new InvalidInputException(where + ": " + otherwise + "; the file is damaged");
    }
  }

  private static String quoted(String name) {
    return "\"" + OneLine.of(name) + "\"";
  }
}
