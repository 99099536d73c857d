package dev.stlm.training.data;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Documents of a file, memory-mapped. Immutable and safe for use by several threads; the file must
 * not be changed while it is mapped.
 *
 * <p>The format, numbers little-endian:
 *
 * <pre>
 * bytes         what
 * 8             mark "stlmdoc\r"
 * textBytes     the documents, one after the other
 * 0 to 7        zeros up to a multiple of eight
 * 8 · (n + 1)   index: where each document starts, counted from the first one; at the end textBytes
 * 4             version, 1
 * 8             n, the number of documents
 * 8             textBytes
 * 4             CRC-32C of everything before
 * 8             mark "stlmdoc\r"
 * </pre>
 */
public final class Shard {
  private static final long CHUNK = 1 << 20;

  private final Path path;
  private final MemorySegment text;
  private final MemorySegment index;
  private final long documents;
  private final int crc32c;

  private Shard(Path path, MemorySegment text, MemorySegment index, long documents, int crc32c) {
    this.path = path;
    this.text = text;
    this.index = index;
    this.documents = documents;
    this.crc32c = crc32c;
  }

  /**
   * Opens a shard after it has been checked: size, marks, version and counts before it is mapped,
   * checksum and index after.
   *
   * @throws InvalidInputException if it is missing, no shard, cut short or damaged
   */
  public static Shard open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer trailer = trailer(path, channel, size);
      int version = trailer.getInt();
      if (version != ShardFormat.VERSION) {
        throw refused(
            path, "has version " + version + ", this stlm reads version " + ShardFormat.VERSION);
      }
      long documents = trailer.getLong();
      long textBytes = trailer.getLong();
      if (ShardFormat.fileBytes(documents, textBytes) != size) {
        throw refused(
            path,
            "is damaged: %d documents of %d bytes do not make a file of %d bytes"
                .formatted(documents, textBytes, size));
      }
      int crc = trailer.getInt();
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
      long indexBytes = Long.BYTES * (documents + 1);
      long indexStart = size - ShardFormat.TRAILER_BYTES - indexBytes;
      Shard shard =
          new Shard(
              path,
              all.asSlice(ShardFormat.MARK_BYTES, textBytes),
              all.asSlice(indexStart, indexBytes),
              documents,
              crc);
      shard.check(all.asSlice(0, size - ShardFormat.MARK_BYTES - Integer.BYTES));
      return shard;
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(path + ": no such file; prepare the data again", e);
    } catch (IOException e) {
      throw new InvalidInputException(path + ": can not be read (" + e + ")", e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Number of documents. */
  public long documents() {
    return documents;
  }

  /** Bytes of all documents together. */
  public long textBytes() {
    return text.byteSize();
  }

  /** CRC-32C of the file, its last twelve bytes aside. */
  public int crc32c() {
    return crc32c;
  }

  /**
   * Where a document starts in {@link #text()}, in bytes.
   *
   * @param document from 0 to {@link #documents()}, which gives {@link #textBytes()}
   */
  public long start(long document) {
    return index.get(ShardFormat.LONG, document * Long.BYTES);
  }

  /** The bytes of a document. */
  public MemorySegment document(long document) {
    long start = start(document);
    return text.asSlice(start, start(document + 1) - start);
  }

  /** All documents, one after the other. */
  public MemorySegment text() {
    return text;
  }

  private static ByteBuffer trailer(Path path, FileChannel channel, long size) throws IOException {
    long least = ShardFormat.fileBytes(0, 0);
    if (size < least) {
      throw refused(path, "is damaged: has " + size + " bytes, a shard at least " + least);
    }
    byte[] mark = new byte[ShardFormat.MARK_BYTES];
    read(channel, ByteBuffer.wrap(mark), 0);
    if (!Arrays.equals(mark, ShardFormat.mark())) {
      throw refused(path, "is not a shard of documents: it starts with other bytes");
    }
    ByteBuffer trailer =
        ByteBuffer.allocate(ShardFormat.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    read(channel, trailer, size - ShardFormat.TRAILER_BYTES);
    trailer.get(ShardFormat.TRAILER_BYTES - ShardFormat.MARK_BYTES, mark);
    if (!Arrays.equals(mark, ShardFormat.mark())) {
      throw refused(path, "is damaged: its end is missing");
    }
    return trailer.flip();
  }

  private static void read(FileChannel channel, ByteBuffer into, long at) throws IOException {
    for (long from = at; into.hasRemaining(); ) {
      int n = channel.read(into, from);
      if (n < 0) {
        throw new IOException("ends early");
      }
      from += n;
    }
  }

  private void check(MemorySegment checked) {
    CRC32C checksum = new CRC32C();
    for (long at = 0; at < checked.byteSize(); at += CHUNK) {
      checksum.update(checked.asSlice(at, Math.min(CHUNK, checked.byteSize() - at)).asByteBuffer());
    }
    if ((int) checksum.getValue() != crc32c) {
      throw refused(path, "is damaged: its checksum differs");
    }
    long before = 0;
    for (long i = 0; i <= documents; i++) {
      long start = start(i);
      if (start < before || (i == 0 && start != 0)) {
        throw refused(path, "is damaged: its index is out of order at document " + i);
      }
      before = start;
    }
    if (before != textBytes()) {
      throw refused(path, "is damaged: its index does not end with the text");
    }
  }

  private static InvalidInputException refused(Path path, String reason) {
    return new InvalidInputException(path + ": " + reason + "; prepare the data again");
  }
}
