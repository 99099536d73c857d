package dev.stlm.training.internal.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads a growing file of lines piece by piece, and notices when another has taken its place.
 *
 * @param file need not be there yet
 */
record MetricsTail(Path file) {
  /** Most bytes of a piece; no line is longer. */
  static final int PIECE = 1 << 20;

  private static final Piece NOTHING = new Piece("", 0, 0, "");

  /**
   * Whole lines of the file.
   *
   * @param identity of the file; empty if there is none
   * @param from where they start, in bytes
   * @param next where the next ones start
   * @param lines each with its line feed; may be empty
   */
  record Piece(String identity, long from, long next, String lines) {}

  /**
   * The lines from a place on, or from the start if the file is not the one meant.
   *
   * @param identity of the file that {@code from} is a place of; empty for none
   * @param from at a line's start
   */
  Piece read(String identity, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      String now = identity();
      long start = now.equals(identity) && from >= 0 && from <= channel.size() ? from : 0;
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, channel.size() - start));
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer, start + buffer.position());
      }
      int end = buffer.position();
      while (end > 0 && buffer.get(end - 1) != '\n') {
        end--;
      }
      String lines = new String(buffer.array(), 0, end, StandardCharsets.UTF_8);
      return new Piece(now, start, start + end, lines);
    } catch (NoSuchFileException e) {
      return NOTHING;
    }
  }

  /** A resumed run replaces the file: another inode, where the system has such. */
  private String identity() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Object key = attributes.fileKey() != null ? attributes.fileKey() : attributes.creationTime();
    return Integer.toHexString(String.valueOf(key).hashCode());
  }
}
