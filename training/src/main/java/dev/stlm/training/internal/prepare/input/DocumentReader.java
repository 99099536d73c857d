package dev.stlm.training.internal.prepare.input;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file, one after the other, without the file in the heap. For one thread.
 *
 * <p>{@link IOException} says that the file can not be read or is damaged; {@link
 * InvalidInputException} says where its content is wrong.
 */
public interface DocumentReader extends AutoCloseable {
  /** The largest document, in bytes. */
  int MAX_DOCUMENT = 256 << 20;

  /** The next document, or null after the last; it may be empty. */
  byte @Nullable [] next() throws IOException;

  @Override
  void close() throws IOException;

  /** Does something with documents. */
  @FunctionalInterface
  interface Consumer {
    /** Takes a document. */
    void accept(byte[] document) throws IOException;
  }

  /**
   * Gives all documents of a file to a consumer.
   *
   * @param field of JSON lines, or column of Parquet
   * @param separator the line between documents of a text file
   * @param progress is told of bytes of the file that have been read, piece by piece
   * @throws InvalidInputException if the file is missing, damaged, or not what its name says
   */
  static void readAll(
      Path file, String field, String separator, LongConsumer progress, Consumer consumer)
      throws IOException {
    try (DocumentReader reader = open(file, field, separator, progress)) {
      while (true) {
        byte[] document;
        try {
          document = reader.next();
        } catch (IOException e) {
          throw unreadable(file, e);
        }
        if (document == null) {
          return;
        }
        consumer.accept(document);
      }
    }
  }

  /**
   * Gives all lines of a text file that are not blank to a consumer, without their ends.
   *
   * @throws InvalidInputException if the file is missing or damaged
   */
  static void lines(Path file, Consumer consumer) throws IOException {
    try (LineReader lines =
        new LineReader(
            Compression.open(file, _ -> {}), MAX_DOCUMENT, () -> tooLarge(file.toString()))) {
      while (next(file, lines)) {
        byte[] line = lines.held();
        lines.release();
        if (line.length > 0) {
          consumer.accept(line);
        }
      }
    }
  }

  private static boolean next(Path file, LineReader lines) {
    try {
      return lines.next();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DocumentReader open(
      Path file, String field, String separator, LongConsumer progress) {
    try {
      return switch (InputFormat.of(file)) {
        case TEXT -> new TextReader(file, Compression.open(file, progress), separator);
        case JSON_LINES -> new JsonLinesReader(file, Compression.open(file, progress), field);
        case PARQUET -> new ParquetReader(file, field, progress);
      };
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InvalidInputException unreadable(Path file, IOException e) {
    boolean damaged = e instanceof ZipException || e instanceof EOFException;
    return new InvalidInputException(
        damaged
            ? file + ": is damaged or cut short (" + e.getMessage() + "); get it again"
            : file + ": can not be read (" + e.getMessage() + "); check that it is whole",
        e);
  }

  /** The one line for a document that is too large. */
  static InvalidInputException tooLarge(String where) {
    return new InvalidInputException(
        where
            + ": has a document of more than "
            + (MAX_DOCUMENT >> 20)
            + " MiB; separate its documents, or cut it");
  }
}
