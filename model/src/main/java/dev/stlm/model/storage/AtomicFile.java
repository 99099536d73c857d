package dev.stlm.model.storage;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes whole files: temporary file beside the target, flushed to the disk, then renamed over it.
 *
 * <p>Whoever opens the target sees the old content or the new, whatever fails in between. A failed
 * write removes its temporary file. Two threads or processes must not write the same target at
 * once.
 */
public final class AtomicFile {
  /** Fills a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the stream is buffered and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /** Replaces or creates a file with these bytes. */
  public static void write(Path target, byte[] bytes) {
    write(target, out -> out.write(bytes));
  }

  /**
   * Replaces or creates a file; missing parent directories are made.
   *
   * @throws InvalidInputException if it can not be written (no space, no right), naming the file
   */
  public static void write(Path target, Content content) {
    Path absolute = target.toAbsolutePath();
    Path temporary = absolute.resolveSibling("." + absolute.getFileName() + ".writing");
    try {
      Files.createDirectories(parent(absolute));
      try {
        writeAndForce(temporary, content);
        Files.move(
            temporary,
            absolute,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
      forceDirectory(parent(absolute));
    } catch (IOException e) {
      throw notWritten(target, e);
    }
  }

  /** Writes a file in place and flushes it to the disk: for files of a directory not yet in use. */
  public static void writeAndForce(Path file, Content content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Flushes the names in a directory, where the system can. */
  public static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories; there the rename itself is journalled
    }
  }

  /** The one line for a write that the system refused. */
  public static InvalidInputException notWritten(Path target, IOException cause) {
    return new InvalidInputException(
        target + ": can not be written (" + reason(cause) + "); check free space and access rights",
        cause);
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException f) {
      String reason = f.getReason() == null ? f.getClass().getSimpleName() : f.getReason();
      return f.getFile() == null ? reason : reason + ": " + f.getFile();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  static Path parent(Path absolute) throws IOException {
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IOException("not a file name");
    }
    return parent;
  }
}
