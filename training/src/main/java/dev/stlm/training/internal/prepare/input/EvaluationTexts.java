package dev.stlm.training.internal.prepare.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** All texts of a file that models are scored on, whatever its fields are called. */
public final class EvaluationTexts {
  private EvaluationTexts() {}

  /**
   * Gives the documents of a text file, or every string of every object of JSON lines, to a
   * consumer.
   *
   * @param separator the line between documents of a text file
   * @throws dev.stlm.tokenizer.InvalidInputException if the file can not be read
   */
  public static void of(Path file, String separator, Consumer<byte[]> texts) throws IOException {
    if (InputFormat.of(file) == InputFormat.JSON_LINES) {
      long[] line = {0};
      DocumentReader.lines(
          file,
          json -> {
            line[0]++;
            strings(
                StrictJson.readTree(
                    new String(json, StandardCharsets.UTF_8), file + ": line " + line[0]),
                texts);
          });
    } else {
      DocumentReader.readAll(file, "text", separator, _ -> {}, texts::accept);
    }
  }

  private static void strings(JsonNode node, Consumer<byte[]> texts) {
    if (node.isTextual()) {
      texts.accept(node.textValue().getBytes(StandardCharsets.UTF_8));
    }
    node.forEach(child -> strings(child, texts));
  }
}
