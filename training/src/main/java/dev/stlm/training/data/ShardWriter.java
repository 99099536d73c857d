package dev.stlm.training.data;

import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a {@link Shard} document by document. Text goes straight to the disk; eight bytes a
 * document stay in the heap. For one thread.
 */
public final class ShardWriter {
  /** Gives documents to a writer, in order. */
  @FunctionalInterface
  public interface Documents {
    /** Calls {@link ShardWriter#add} for every document. */
    void writeTo(ShardWriter writer) throws IOException;
  }

  /**
   * What was written.
   *
   * @param documents how many
   * @param textBytes bytes of their text
   * @param crc32c checksum that is in the file
   * @param sha256 of the whole file
   */
  public record Written(long documents, long textBytes, int crc32c, String sha256) {}

  private static final int BLOCK = 1 << 16;

  private final OutputStream out;
  private final CRC32C checksum = new CRC32C();
  private final MessageDigest digest = Sha256.digest();
  private long[] ends = new long[16];
  private int documents;
  private long textBytes;

  private ShardWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Replaces or creates a shard, whole or not at all.
   *
   * @throws dev.stlm.tokenizer.InvalidInputException if it can not be written, naming the file
   */
  public static Written write(Path target, Documents documents) {
    Written[] written = new Written[1];
    AtomicFile.write(
        target,
        out -> {
          ShardWriter writer = new ShardWriter(out);
          writer.put(ShardFormat.mark(), 0, ShardFormat.MARK_BYTES);
          documents.writeTo(writer);
          written[0] = writer.finish();
        });
    return written[0];
  }

  /** Adds a document; it may be empty. */
  public void add(byte[] text) throws IOException {
    add(text, 0, text.length);
  }

  /** Adds {@code length} bytes from {@code from} on as a document. */
  public void add(byte[] text, int from, int length) throws IOException {
    put(text, from, length);
    textBytes += length;
    if (documents == ends.length) {
      ends = Arrays.copyOf(ends, Math.addExact(documents, documents / 2));
    }
    ends[documents++] = textBytes;
  }

  /** Bytes of text so far. */
  public long textBytes() {
    return textBytes;
  }

  private Written finish() throws IOException {
    put(new byte[Long.BYTES], 0, ShardFormat.padding(textBytes));
    putIndex();
    ByteBuffer counts = block();
    counts.putInt(ShardFormat.VERSION).putLong(documents).putLong(textBytes);
    put(counts);
    int crc = (int) checksum.getValue();
    ByteBuffer end = block();
    end.putInt(crc).put(ShardFormat.mark());
    put(end);
    return new Written(documents, textBytes, crc, Sha256.hex(digest));
  }

  private void putIndex() throws IOException {
    ByteBuffer offsets = block();
    offsets.putLong(0);
    for (int i = 0; i < documents; i++) {
      if (offsets.remaining() < Long.BYTES) {
        put(offsets);
      }
      offsets.putLong(ends[i]);
    }
    put(offsets);
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(ByteBuffer filled) throws IOException {
    byte[] bytes = new byte[filled.flip().remaining()];
    filled.get(bytes).clear();
    put(bytes, 0, bytes.length);
  }

  private void put(byte[] bytes, int from, int length) throws IOException {
    checksum.update(bytes, from, length);
    digest.update(bytes, from, length);
    out.write(bytes, from, length);
  }
}
