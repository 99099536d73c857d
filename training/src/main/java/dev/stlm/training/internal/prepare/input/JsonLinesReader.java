package dev.stlm.training.internal.prepare.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The texts of one field of JSON objects, one object a line. Blank lines are passed over. */
final class JsonLinesReader implements DocumentReader {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(MAX_DOCUMENT).build())
          .build();

  private final Path file;
  private final LineReader lines;
  private final String field;
  private long line;

  JsonLinesReader(Path file, InputStream in, String field) {
    this.file = file;
    this.lines =
        new LineReader(
            in, MAX_DOCUMENT, () -> DocumentReader.tooLarge(file + ": line " + (line + 1)));
    this.field = field;
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (lines.next()) {
      line++;
      byte[] json = lines.held();
      lines.release();
      if (!isBlank(json)) {
        return text(json);
      }
    }
    return null;
  }

  private byte[] text(byte[] json) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw refused("is not a JSON object", "each line is to hold one object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(field);
        JsonToken value = parser.nextToken();
        if (wanted && value == JsonToken.VALUE_STRING) {
          return parser.getText().getBytes(StandardCharsets.UTF_8);
        }
        if (wanted) {
          throw refused("field \"" + field + "\" is not a text", "name the field with the text");
        }
        parser.skipChildren();
      }
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("syntax error");
      throw refused("is not valid JSON (" + reason + ")", "each line is to hold one object");
    }
    throw refused("has no field \"" + field + "\"", "name the field with the text");
  }

  private InvalidInputException refused(String reason, String advice) {
    return new InvalidInputException(file + ": line " + line + " " + reason + "; " + advice);
  }

  private static boolean isBlank(byte[] json) {
    for (byte b : json) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
