package dev.stlm.serving.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The description of the API, {@code META-INF/openapi.yaml}, in both of its forms. They are made
 * when this class is initialised: by the first who asks, or when an executable is built.
 */
final class OpenApiDocument {
  private static final String FILE = "/META-INF/openapi.yaml";

  /** As it is written. */
  static final String YAML = read();

  /** The same as JSON. */
  static final String JSON = json(YAML);

  private OpenApiDocument() {}

  private static String read() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(String yaml) {
    try {
      return new ObjectMapper()
          .writeValueAsString(new ObjectMapper(new YAMLFactory()).readTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
