package dev.stlm.training.internal.prepare.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Documents of a text file, separated by lines that hold nothing but the separator; without one the
 * file is a document. Line ends around a document and a byte order mark are not part of it.
 */
final class TextReader implements DocumentReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final LineReader lines;
  private final byte[] separator;
  private boolean first = true;
  private boolean ended;

  TextReader(Path file, InputStream in, String separator) {
    this.lines = new LineReader(in, MAX_DOCUMENT, () -> DocumentReader.tooLarge(file.toString()));
    this.separator = separator.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    if (ended) {
      return null;
    }
    while (lines.next()) {
      if (lines.lineIs(separator)) {
        byte[] document = lines.before();
        lines.release();
        return plain(document);
      }
    }
    ended = true;
    byte[] rest = lines.held();
    return rest.length == 0 ? null : plain(rest);
  }

  private byte[] plain(byte[] document) {
    boolean marked =
        first && document.length >= 3 && Arrays.equals(document, 0, 3, BYTE_ORDER_MARK, 0, 3);
    first = false;
    return marked ? Arrays.copyOfRange(document, 3, document.length) : document;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
