package dev.stlm.model.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON before it is data: bounded size and depth, no duplicate keys, UTF-8 only. */
public final class JsonText {
  /** Largest JSON file that is read, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  private static final int MAX_DEPTH = 64;

  private JsonText() {}

  /** A factory of parsers that refuse duplicate keys and deep nesting. */
  public static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        // names come from files: neither intern nor share them
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNameLength(4096)
                .maxNumberLength(100)
                .build())
        .build();
  }

  /**
   * Reads a UTF-8 file.
   *
   * @throws InvalidInputException if it is missing, too large, unreadable or not UTF-8
   */
  public static String read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException(file + ": is a directory; give a JSON file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidInputException(
            file
                + ": is larger than "
                + MAX_BYTES
                + " bytes, too large for a JSON file of settings");
      }
      return decode(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new InvalidInputException(file + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": can not be read (" + e + ")", e);
    }
  }

  /**
   * The text that bytes of UTF-8 are.
   *
   * @param where names them in errors
   * @throws InvalidInputException if they are not UTF-8
   */
  public static String decode(byte[] bytes, String where) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(where + ": is not UTF-8 text; save it as UTF-8", e);
    }
  }

  /** The one line for a syntax error. */
  public static InvalidInputException notJson(String where, JsonProcessingException e) {
    String reason = e.getOriginalMessage().lines().findFirst().orElse("syntax error");
    // the parser's advice is for programmers
    reason = reason.replaceFirst(": enable `.*", "");
    String at =
        e.getLocation() == null
            ? ""
            : " at line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr();
    return new InvalidInputException(where + ": is not valid JSON" + at + ": " + reason, e);
  }
}
