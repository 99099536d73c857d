package dev.stlm.training.internal.tensorboard;

import dev.stlm.model.storage.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of TensorFlow's record format: for each record its length in 8 bytes, a checksum of these,
 * the record, a checksum of it; all little-endian. Not thread-safe.
 */
final class RecordFile implements AutoCloseable {
  /** Added to a rotated checksum, so that one of data with checksums in it is as good. */
  private static final int MASK = 0xa282ead8;

  private final Path file;
  private final OutputStream out;

  /**
   * Makes a new file; missing directories are made.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if it can not be written or is there
   */
  RecordFile(Path file) {
    this.file = file;
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      this.out =
          new BufferedOutputStream(
              Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  /** Adds a record. */
  void append(byte[] record) {
    byte[] length = little(Long.BYTES).putLong(record.length).array();
    try {
      out.write(length);
      out.write(little(Integer.BYTES).putInt(maskedChecksum(length)).array());
      out.write(record);
      out.write(little(Integer.BYTES).putInt(maskedChecksum(record)).array());
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  /** CRC-32C, rotated right by 15 bits, plus a constant. */
  static int maskedChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
  }

  /** Hands what is buffered to the system. */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw AtomicFile.notWritten(file, e);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
