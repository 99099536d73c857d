package dev.stlm.model.checkpoint;

import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.CountingStream;
import dev.stlm.model.storage.JsonText;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A checkpoint at the end of another file, normally of the program that serves it: executables run
 * whatever follows them, so program and model are one file, and the weights are mapped from it
 * without a copy.
 *
 * <p>After the program come its files, the weights first, at a multiple of {@value #PAGE} bytes; an
 * index; and {@value #TRAILER_BYTES} bytes, big endian: a magic word, where the program ends, where
 * the index starts, its length and its CRC-32C. The index is the name of the model, its {@linkplain
 * CheckpointHash hash}, and for each file name, place and length.
 *
 * <p>Opening one reads no weight: each value was checked when it was put inside, and looking at all
 * of them again would be a tenth of what a server needs until its first byte.
 */
public final class CheckpointBundle implements CheckpointFiles {
  private static final long MAGIC = 0x53544c4d_42444c31L; // STLMBDL1
  private static final int TRAILER_BYTES = 5 * Long.BYTES;
  private static final int PAGE = 4096;
  private static final int MOST_INDEX_BYTES = 1 << 16;
  private static final int MOST_FILES = 64;

  private final Path file;
  private final long programBytes;
  private final String name;
  private final String hash;
  private final Map<String, Region> regions;

  /** Where a file lies. */
  private record Region(long at, long bytes) {}

  private CheckpointBundle(
      Path file, long programBytes, String name, String hash, Map<String, Region> regions) {
    this.file = file;
    this.programBytes = programBytes;
    this.name = name;
    this.hash = hash;
    this.regions = regions;
  }

  /**
   * The checkpoint inside a file.
   *
   * @return empty if the file has none, or is not a file
   * @throws InvalidInputException if what is inside is damaged, or the file can not be read
   */
  public static Optional<CheckpointBundle> find(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < TRAILER_BYTES) {
        return Optional.empty();
      }
      ByteBuffer trailer = ByteBuffer.wrap(read(channel, size - TRAILER_BYTES, TRAILER_BYTES));
      if (trailer.getLong() != MAGIC) {
        return Optional.empty();
      }
      long programBytes = trailer.getLong();
      long indexAt = trailer.getLong();
      long indexBytes = trailer.getLong();
      if (programBytes < 0
          || indexAt < programBytes
          || indexBytes < 0
          || indexBytes > MOST_INDEX_BYTES
          || indexAt != size - TRAILER_BYTES - indexBytes) {
        throw damaged(file);
      }
      byte[] index = read(channel, indexAt, (int) indexBytes);
      if (checksum(index) != trailer.getLong()) {
        throw damaged(file);
      }
      return Optional.of(parse(file, programBytes, indexAt, index));
    } catch (IOException e) {
      throw new InvalidInputException(file + ": can not be read (" + e + ")", e);
    }
  }

  private static CheckpointBundle parse(Path file, long programBytes, long end, byte[] index) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(index))) {
      String name = in.readUTF();
      String hash = in.readUTF();
      int count = in.readInt();
      if (count < 0 || count > MOST_FILES) {
        throw damaged(file);
      }
      Map<String, Region> regions = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String entry = in.readUTF();
        Region region = new Region(in.readLong(), in.readLong());
        if (region.at < programBytes || region.bytes < 0 || region.bytes > end - region.at) {
          throw damaged(file);
        }
        regions.put(entry, region);
      }
      if (in.available() != 0 || !regions.keySet().containsAll(NAMES)) {
        throw damaged(file);
      }
      return new CheckpointBundle(file, programBytes, name, hash, regions);
    } catch (IOException e) {
      throw damaged(file);
    }
  }

  /**
   * Writes a program with a checkpoint inside.
   *
   * @param program the program; a checkpoint that it has inside already is left out
   * @param checkpoint what becomes part of it
   * @param name what the model is called
   * @param more further texts by name of file, for {@link CheckpointDirectory#text}
   * @param output written whole or not at all; it may be executed by who may execute the program
   * @throws InvalidInputException if the program can not be read or the output not be written
   */
  public static void write(
      Path program, Checkpoint checkpoint, String name, Map<String, String> more, Path output) {
    if (!Files.isRegularFile(program)) {
      throw new InvalidInputException(program + ": no such file; give an executable");
    }
    long programBytes = find(program).map(b -> b.programBytes).orElseGet(() -> size(program));
    String hash = CheckpointHash.of(checkpoint);
    AtomicFile.write(
        output,
        out -> {
          CountingStream counting = new CountingStream(out);
          try (InputStream in = Files.newInputStream(program)) {
            copy(in, programBytes, counting);
          }
          counting.write(new byte[Math.floorMod(-counting.count(), PAGE)]);
          Map<String, Region> regions = new LinkedHashMap<>();
          long start = counting.count();
          SafetensorsWriter.writeTo(
              counting,
              TensorStorage.encode(
                  ParameterLayout.of(checkpoint.config()).stored(), checkpoint.tensors()),
              METADATA);
          regions.put(CheckpointDirectory.WEIGHTS, new Region(start, counting.count() - start));
          Map<String, String> texts = new LinkedHashMap<>(more);
          texts.put(CheckpointDirectory.CONFIG, StrictJson.text(checkpoint.config()));
          texts.put(CheckpointDirectory.TOKENIZER, TokenizerFile.text(checkpoint.tokenizer()));
          texts.put(CheckpointDirectory.HISTORY, StrictJson.text(checkpoint.history()));
          for (Map.Entry<String, String> text : texts.entrySet()) {
            byte[] bytes = text.getValue().getBytes(StandardCharsets.UTF_8);
            regions.put(text.getKey(), new Region(counting.count(), bytes.length));
            counting.write(bytes);
          }
          byte[] index = index(name, hash, regions);
          long indexAt = counting.count();
          counting.write(index);
          counting.write(
              ByteBuffer.allocate(TRAILER_BYTES)
                  .putLong(MAGIC)
                  .putLong(programBytes)
                  .putLong(indexAt)
                  .putLong(index.length)
                  .putLong(checksum(index))
                  .array());
        });
    if (Files.isExecutable(program) && !output.toFile().setExecutable(true, false)) {
      throw new InvalidInputException(output + ": can not be made executable; use chmod +x");
    }
  }

  private static byte[] index(String name, String hash, Map<String, Region> regions)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(name);
    out.writeUTF(hash);
    out.writeInt(regions.size());
    for (Map.Entry<String, Region> region : regions.entrySet()) {
      out.writeUTF(region.getKey());
      out.writeLong(region.getValue().at);
      out.writeLong(region.getValue().bytes);
    }
    return bytes.toByteArray();
  }

  private static void copy(InputStream in, long bytes, OutputStream out) throws IOException {
    byte[] chunk = new byte[1 << 16];
    for (long left = bytes; left > 0; ) {
      int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (n < 0) {
        throw new IOException("the program became shorter while it was read");
      }
      out.write(chunk, 0, n);
      left -= n;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": can not be read (" + e + ")", e);
    }
  }

  private static byte[] read(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    return buffer.array();
  }

  private static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  private static InvalidInputException damaged(Path file) {
    return new InvalidInputException(
        file + ": the model inside it is damaged or cut short; make the file again");
  }

  /** What the model is called. */
  public String name() {
    return name;
  }

  /** The {@link CheckpointHash} that the checkpoint had when it was put inside. */
  public String hash() {
    return hash;
  }

  /** Whether a file is inside. */
  public boolean has(String entry) {
    return regions.containsKey(entry);
  }

  @Override
  public String where() {
    return file.toString();
  }

  @Override
  public String where(String entry) {
    return file + "!" + entry;
  }

  @Override
  public String text(String entry) {
    Region region = region(entry);
    if (region.bytes > JsonText.MAX_BYTES) {
      throw new InvalidInputException(
          where(entry) + ": is larger than " + JsonText.MAX_BYTES + " bytes");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return JsonText.decode(read(channel, region.at, (int) region.bytes), where(entry));
    } catch (IOException e) {
      throw new InvalidInputException(where(entry) + ": can not be read (" + e + ")", e);
    }
  }

  @Override
  public Checkpoint open() {
    return ScopedValue.where(TensorChecks.CHECKED_WHEN_WRITTEN, true)
        .call(CheckpointFiles.super::open);
  }

  @Override
  public SafetensorsFile weights() {
    Region region = region(CheckpointDirectory.WEIGHTS);
    return SafetensorsFile.open(file, region.at, region.bytes, where(CheckpointDirectory.WEIGHTS));
  }

  private Region region(String entry) {
    Region region = regions.get(entry);
    if (region == null) {
      throw new InvalidInputException(where(entry) + ": there is no such file inside");
    }
    return region;
  }
}
