package dev.stlm.model.safetensors;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An open safetensors file: its tensors view mapped memory.
 *
 * <p>The reader is strict. Before anything is mapped it has checked that the header is at most 100
 * MB and inside the file, UTF-8, JSON without duplicate keys or deep nesting, starting with <code>{
 * </code>; that every dtype is known, every shape's size fits in 63 bits and equals its offsets,
 * and that the tensors fill the rest of the file exactly, without gap, overlap or trailing bytes.
 * Memory used before that is in proportion to the header.
 *
 * <p>The mapping lives as long as a tensor of it is reachable (it belongs to the garbage collector:
 * shared arenas do not exist on every runtime). The file must not be changed in place meanwhile;
 * replacing it by a rename, as {@link SafetensorsWriter} does, is safe. Immutable and thread-safe.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
public final class SafetensorsFile {
  /** Largest header that is read, in bytes: the limit of the format. */
  public static final long MAX_HEADER_BYTES = 100_000_000;

  /** Bytes of the length before the header. */
  static final int LENGTH_BYTES = 8;

  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = metadata;
  }

  /** The tensors by name, in the order of their data. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** The free texts of the header by name. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is missing or not a well-formed safetensors file
   */
  public static SafetensorsFile open(Path path) {
    String where = path.toString();
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(where + ": is a directory; give a safetensors file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return open(channel, 0, channel.size(), where);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(where + ": no such file; check the path", e);
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(where + ": can not be read (" + e + ")", e);
    }
  }

  /**
   * Opens a file that lies inside another one.
   *
   * @param path the other one
   * @param from where it starts, in bytes, a multiple of 64 so that vectors are aligned
   * @param size its bytes
   * @param where names it in errors
   * @throws InvalidInputException if it is missing or not a well-formed safetensors file
   */
  public static SafetensorsFile open(Path path, long from, long size, String where) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (from < 0 || size < 0 || from > channel.size() - size) {
        throw new InvalidInputException(where + ": lies outside of its file; it is cut short");
      }
      return open(channel, from, size, where);
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInputException(where + ": can not be read (" + e + ")", e);
    }
  }

  private static SafetensorsFile open(FileChannel channel, long from, long size, String where)
      throws IOException {
    channel.position(from);
    long headerBytes = headerBytes(channel, size, where);
    long dataStart = LENGTH_BYTES + headerBytes;
    SafetensorsHeader header;
    try (Reader json = headerText(channel, from + LENGTH_BYTES, headerBytes, where)) {
      header = SafetensorsHeader.parse(json, size - dataStart, where);
    }
    MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, from, size, Arena.ofAuto());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    header
        .entries()
        .forEach((name, e) ->
            tensors.put(
                name,
                new StoredTensor(
                    e.dtype(),
                    e.shape(),
                    file.asSlice(dataStart + e.begin(), e.end() - e.begin()))));
    return new SafetensorsFile(tensors, header.metadata());
  }

  private static long headerBytes(FileChannel channel, long size, String where) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (length.hasRemaining() && channel.read(length) >= 0) {}
    if (length.hasRemaining()) {
      throw new InvalidInputException(
          where + ": has " + size + " bytes, too few for a safetensors file; it is cut short");
    }
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new InvalidInputException(
          "%s: its header would have %s bytes, more than the %d allowed; not a safetensors file?"
              .formatted(where, Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
    }
    if (headerBytes > size - LENGTH_BYTES) {
      throw new InvalidInputException(
          "%s: its header would have %d bytes, the file has %d; it is cut short"
              .formatted(where, headerBytes, size));
    }
    return headerBytes;
  }

  /** The header as text that ends where the header ends; starts with an opening brace. */
  private static Reader headerText(FileChannel channel, long at, long headerBytes, String where)
      throws IOException {
    ByteBuffer first = ByteBuffer.allocate(1);
    if (headerBytes == 0 || channel.read(first, at) != 1 || first.get(0) != '{') {
      throw new InvalidInputException(
          where + ": its header does not start with {; not a safetensors file?");
    }
    InputStream bytes = new Bounded(Channels.newInputStream(channel), headerBytes);
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /** The next bytes of a stream, so many and no more. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long limit) {
      this.in = in;
      this.left = limit;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      left--;
      return in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }
  }
}
