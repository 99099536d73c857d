package dev.stlm.training.internal.prepare.input;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Goes through a stream line by line, holding lines until they are let go. The buffer grows to the
 * largest run of lines that is held.
 */
final class LineReader implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final InputStream in;
  private final int most;
  private final Supplier<InvalidInputException> tooLarge;
  private byte[] buffer = new byte[2 * BLOCK];
  // heldStart <= lineStart <= lineEnd <= filled: what is held, the last line of it, what is read
  private int heldStart;
  private int lineStart;
  private int lineEnd;
  private int filled;
  private boolean ended;

  /**
   * Lines of a stream.
   *
   * @param most bytes that may be held
   * @param tooLarge thrown beyond
   */
  LineReader(InputStream in, int most, Supplier<InvalidInputException> tooLarge) {
    this.in = in;
    this.most = most;
    this.tooLarge = tooLarge;
  }

  /** Goes to the next line, holding those before; whether there is one. */
  boolean next() throws IOException {
    lineStart = lineEnd;
    int scanned = 0;
    while (true) {
      for (int i = lineStart + scanned; i < filled; i++) {
        if (buffer[i] == '\n') {
          lineEnd = i + 1;
          return true;
        }
      }
      scanned = filled - lineStart;
      if (ended) {
        lineEnd = filled;
        return scanned > 0;
      }
      if (filled - heldStart > most) {
        throw tooLarge.get();
      }
      fill();
    }
  }

  /** Whether the last line is this text, its end aside. */
  boolean lineIs(byte[] text) {
    return Arrays.equals(buffer, lineStart, contentEnd(lineStart, lineEnd), text, 0, text.length);
  }

  /** The lines held before the last one, without line ends at their start and end. */
  byte[] before() {
    return content(lineStart);
  }

  /** All lines held, without line ends at their start and end. */
  byte[] held() {
    return content(lineEnd);
  }

  /** Lets go of all lines held, the last one included. */
  void release() {
    heldStart = lineEnd;
  }

  private byte[] content(int end) {
    int from = heldStart;
    while (from < end && isLineEnd(buffer[from])) {
      from++;
    }
    return Arrays.copyOfRange(buffer, from, contentEnd(from, end));
  }

  private int contentEnd(int from, int end) {
    int to = end;
    while (to > from && isLineEnd(buffer[to - 1])) {
      to--;
    }
    return to;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  private void fill() throws IOException {
    if (heldStart > 0) {
      System.arraycopy(buffer, heldStart, buffer, 0, filled - heldStart);
      lineStart -= heldStart;
      lineEnd -= heldStart;
      filled -= heldStart;
      heldStart = 0;
    }
    if (buffer.length - filled < BLOCK) {
      buffer = Arrays.copyOf(buffer, Math.addExact(buffer.length, buffer.length / 2));
    }
    int n = in.read(buffer, filled, buffer.length - filled);
    ended = n < 0;
    filled += Math.max(0, n);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
