package dev.stlm.serving.security;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a file: a line {@code NAME:HASH} each, where HASH is the SHA-256 of the key in
 * hexadecimal digits; lines that start with {@code #} and blank lines say nothing.
 *
 * <p>A key is {@code stlm-} and 256 random bits, so one plain hash is enough: there is no
 * dictionary to try, and a slow hash would slow each request for nothing. Who reads the file learns
 * no key. Immutable; may be shared by threads.
 */
public final class ApiKeys {
  /** Longest key that is looked at, in characters. */
  static final int LONGEST = 512;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
  private static final Pattern LINE = Pattern.compile("([^:]*):([0-9a-fA-F]{64})");
  private static final long MOST_BYTES = 1 << 20;

  private final List<Entry> entries;

  /** A name and the hash of its key, in small hexadecimal digits. */
  private record Entry(String name, String hash) {}

  /**
   * A new key.
   *
   * @param key what a client sends; kept nowhere
   * @param line what the file of the server gets
   */
  public record Created(String key, String line) {}

  private ApiKeys(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if it can not be read, is larger than 1 MiB, holds no key, names
   *     one twice, has a line of another form, or may be written by others than its owner and group
   */
  public static ApiKeys read(Path file) {
    List<String> lines;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidInputException(
            file + ": larger than 1 MiB, so this is no file of API keys; give one that key made");
      }
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + ": can not be read as a file of API keys ("
              + e.getClass().getSimpleName()
              + "); make one with ./stlm key NAME >> FILE",
          e);
    }
    if (permitted(file, PosixFilePermission.OTHERS_WRITE)) {
      throw new InvalidInputException(
          file + ": anyone may write into this file of API keys; chmod o-w it");
    }
    return parse(file, lines);
  }

  private static ApiKeys parse(Path file, List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher m = LINE.matcher(line);
      if (!m.matches() || !NAME.matcher(m.group(1)).matches()) {
        // the line itself may hold a key that was put there by mistake
        throw new InvalidInputException(
            "%s: line %d is not NAME:HASH with 64 hexadecimal digits; make lines with ./stlm key NAME"
                .formatted(file, i + 1));
      }
      if (!names.add(m.group(1))) {
        throw new InvalidInputException(
            "%s: line %d names '%s' a second time; give each key a name of its own"
                .formatted(file, i + 1, m.group(1)));
      }
      entries.add(new Entry(m.group(1), m.group(2).toLowerCase(Locale.ROOT)));
    }
    if (entries.isEmpty()) {
      throw new InvalidInputException(
          file + ": holds no API key; make one with ./stlm key NAME >> FILE");
    }
    return new ApiKeys(entries);
  }

  /** Whether others than the owner and the group may read a file; false where that is not known. */
  public static boolean readableByOthers(Path file) {
    return permitted(file, PosixFilePermission.OTHERS_READ);
  }

  private static boolean permitted(Path file, PosixFilePermission permission) {
    try {
      return Files.getPosixFilePermissions(file).contains(permission);
    } catch (IOException | UnsupportedOperationException e) {
      // a file system without such permissions
      return false;
    }
  }

  /**
   * Makes a key from 256 random bits.
   *
   * @param name who will hold it: 1 to 64 letters, digits, dots, dashes, underscores or at signs
   * @throws InvalidInputException if the name has another form
   */
  public static Created create(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "key: the name '"
              + name
              + "' is not 1 to 64 letters, digits, dots, dashes, underscores or at signs");
    }
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    String key = "stlm-" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new Created(key, name + ":" + hash(key));
  }

  /** How many there are. */
  public int size() {
    return entries.size();
  }

  /**
   * The name of a key, or null if it is none of these. The time it takes does not depend on which
   * entry fits, nor on how much of a hash does.
   */
  public @Nullable String holder(String key) {
    if (key.length() > LONGEST) {
      return null;
    }
    byte[] hash = hash(key).getBytes(StandardCharsets.US_ASCII);
    String holder = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.hash().getBytes(StandardCharsets.US_ASCII), hash)) {
        holder = entry.name();
      }
    }
    return holder;
  }

  private static String hash(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
