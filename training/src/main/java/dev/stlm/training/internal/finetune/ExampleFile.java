package dev.stlm.training.internal.finetune;

import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.Row;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Examples in a file of JSON lines, plain or {@code .gz}: one object a line, empty lines aside. */
public final class ExampleFile {
  /** Longest line, in bytes. */
  static final int MAX_LINE = 1 << 20;

  /** Longest file once unpacked, in bytes: examples are kept in memory. */
  private static final long MAX_BYTES = 1L << 30;

  private ExampleFile() {}

  /**
   * Reads the examples of a task.
   *
   * @throws InvalidInputException if the file is missing, has no example, is too large, or a line
   *     does not fit: names file, line and what is wrong
   */
  public static List<Example> read(Path file, FineTuningTask task) {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file + ": is a directory; give a file of JSON lines");
    }
    List<Example> examples = new ArrayList<>();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in =
            file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
      read(file, new BufferedInputStream(in, 1 << 16), task, examples);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": no such file; check the path", e);
    } catch (ZipException | EOFException e) {
      throw new InvalidInputException(file + ": is not a whole gzip file; fetch it again", e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": can not be read (" + e + ")", e);
    }
    if (examples.isEmpty()) {
      throw new InvalidInputException(file + ": has no example; give one JSON object a line");
    }
    return examples;
  }

  private static void read(Path file, InputStream in, FineTuningTask task, List<Example> examples)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long bytes = 0;
    int number = 1;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (++bytes > MAX_BYTES) {
        throw new InvalidInputException(
            file + ": has more than " + MAX_BYTES + " bytes; give a part of it");
      }
      if (b == '\n') {
        add(file, number++, line, task, examples);
      } else {
        line.write(b);
        if (line.size() > MAX_LINE) {
          throw new InvalidInputException(
              "%s, line %d: has more than %d bytes; is it JSON lines?"
                  .formatted(file, number, MAX_LINE));
        }
      }
    }
    add(file, number, line, task, examples);
  }

  private static void add(
      Path file, int number, ByteArrayOutputStream line, FineTuningTask task, List<Example> to) {
    String where = file + ", line " + number;
    String text = utf8(line.toByteArray(), where);
    line.reset();
    if (text.isBlank()) {
      return;
    }
    // the reader of JSON says the place itself
    var json = StrictJson.readTree(text, where);
    try {
      to.add(task.example(new Row(json)));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + ": " + e.getMessage(), e);
    }
  }

  private static String utf8(byte[] bytes, String where) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(where + ": is not UTF-8 text; save it as UTF-8", e);
    }
  }
}
