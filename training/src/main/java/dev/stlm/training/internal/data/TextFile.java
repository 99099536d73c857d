package dev.stlm.training.internal.data;

import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A text file, mapped.
 *
 * @param path where it is
 * @param bytes its content; the file must not be changed while it is mapped
 */
public record TextFile(Path path, MemorySegment bytes) {
  private static final long CHUNK = 1 << 20;

  /**
   * Maps a file.
   *
   * @throws InvalidInputException if it is missing, empty or can not be read
   */
  public static TextFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(path + ": is a directory; give a text file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new InvalidInputException(path + ": is empty; give a file with text");
      }
      return new TextFile(
          path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(path + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new InvalidInputException(path + ": can not be read (" + e + ")", e);
    }
  }

  /** SHA-256 of the bytes as 64 hexadecimal digits. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      digest.update(bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer());
    }
    return Sha256.hex(digest);
  }
}
