package dev.stlm.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage, the same in every run: either the file still makes sense, or {@link
 * InvalidInputException} says in one line why not. Anything else that is thrown fails the test.
 */
class SafetensorsFuzzTest {
  private static final String HEADER =
      "{\"__metadata__\":{\"stlm\":\"1\"},"
          + SafetensorsBytes.tensor("embed", "F32", "[3,2]", 0, 24)
          + ","
          + SafetensorsBytes.tensor("norm", "BF16", "[2]", 24, 28)
          + ","
          + SafetensorsBytes.tensor("größe", "I8", "[2,3]", 28, 34)
          + ","
          + SafetensorsBytes.tensor("empty", "U8", "[0]", 34, 34)
          + "}";

  /** Pieces of JSON that random bytes would seldom make. */
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-1",
    "1e9",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    "0x1",
    "NaN",
    "\"dtype\"",
    "\"shape\"",
    "\"data_offsets\"",
    "\"__metadata__\"",
    "\"F32\"",
    "[[[[",
    "{\"a\":",
    "/*",
    "\n"
  };

  @TempDir Path temp;

  @Test
  void damagedHeadersAreReadOrRefused() throws IOException {
    Random random = new Random(20260);
    int refused = 0;
    int tries = 20_000;
    for (int i = 0; i < tries; i++) {
      String header = HEADER;
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        header = damage(header, random);
      }
      try {
        SafetensorsHeader.parse(new StringReader(header), 34, "file");
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("file: ").hasLineCount(1);
      }
    }
    // both ways are taken: renamed tensors and other blanks are no damage
    assertThat(refused).isBetween(tries / 2, tries - 100);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    byte[] good = SafetensorsBytes.file(HEADER, 34);
    Path file = temp.resolve("model.safetensors");
    Random random = new Random(20261);
    int refused = 0;
    int tries = 4_000;
    for (int i = 0; i < tries; i++) {
      byte[] bytes = good.clone();
      for (int n = 1 + random.nextInt(2); n > 0; n--) {
        int at = random.nextInt(random.nextBoolean() ? 8 : bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> bytes[at] = (byte) random.nextInt(256);
          default -> bytes = Arrays.copyOf(bytes, 8 + random.nextInt(bytes.length + 8));
        }
      }
      Files.write(file, bytes);
      try {
        for (StoredTensor tensor : SafetensorsFile.open(file).tensors().values()) {
          assertThat(tensor.data().byteSize()).isLessThanOrEqualTo(34);
        }
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).startsWith(file + ": ").hasLineCount(1);
      }
    }
    assertThat(refused).isBetween(tries / 2, tries - 100);
  }

  private static String damage(String text, Random random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(8));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, end) + text.substring(at);
      case 2 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
      case 3 -> text.substring(0, at) + PIECES[random.nextInt(PIECES.length)] + text.substring(at);
      default -> new String(flipped(text, random), StandardCharsets.ISO_8859_1);
    };
  }

  private static byte[] flipped(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }
}
