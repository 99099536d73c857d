package dev.stlm.model.storage;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Text files that a user gives: present, a file, not empty. */
public final class InputText {
  private InputText() {}

  /**
   * The first bytes of a file, at most {@code limit}.
   *
   * @throws InvalidInputException if it is missing, a directory, empty or can not be read
   */
  public static byte[] start(Path file, long limit) {
    if (limit < 1) {
      throw new InvalidInputException(
          file + ": the limit of " + limit + " bytes leaves nothing to score; give 1 or more");
    }
    check(file);
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) Math.min(limit, Integer.MAX_VALUE - 8));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** SHA-256 of a file as 64 hexadecimal digits. */
  public static String sha256(Path file) {
    check(file);
    MessageDigest digest = Sha256.digest();
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return Sha256.hex(digest);
  }

  private static void check(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException(file + ": is a directory; give a text file");
      }
      if (Files.size(file) == 0) {
        throw new InvalidInputException(file + ": is empty; give a text with at least one byte");
      }
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": no such file; check the path", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InvalidInputException unreadable(Path file, IOException e) {
    return new InvalidInputException(file + ": can not be read (" + e + ")", e);
  }
}
