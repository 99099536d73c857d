package dev.stlm.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Byte strings that tokenizers and patchers are tried on. */
public final class Texts {
  private static final byte[] ENGLISH = read(Path.of("../docs/architecture.md"));

  private Texts() {}

  /** English: the project's own guide, with its code, tables and links. */
  public static byte[] english() {
    return ENGLISH.clone();
  }

  /** Random bytes, text of all planes, broken UTF-8, and pieces of English. */
  public static Arbitrary<byte[]> all() {
    return Arbitraries.oneOf(bytes(), planes(), nearlyUtf8(), words(), pieces());
  }

  /** Well-formed text of every kind that GPT-2's pattern tells apart, of all planes. */
  public static Arbitrary<String> wellFormed() {
    return Arbitraries.oneOf(planes(), words(), pieces())
        .map(text -> new String(text, StandardCharsets.UTF_8));
  }

  private static Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(80);
  }

  private static Arbitrary<byte[]> planes() {
    return Arbitraries.integers()
        .between(0, Character.MAX_CODE_POINT)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .array(int[].class)
        .ofMaxSize(24)
        .map(points -> utf8(new String(points, 0, points.length)));
  }

  /** Characters of two to four bytes with some of their bytes dropped or doubled. */
  private static Arbitrary<byte[]> nearlyUtf8() {
    Arbitrary<Byte> likely =
        Arbitraries.of(0xC3, 0xE6, 0xE0, 0xED, 0xF0, 0xF4, 0x80, 0x97, 0xA5, 0x9F, 0x61, 0x20, 0x27)
            .map(Integer::byteValue);
    return likely.array(byte[].class).ofMaxSize(60);
  }

  /** Words, numbers, signs, contractions and all kinds of blanks, in any order. */
  private static Arbitrary<byte[]> words() {
    return Arbitraries.of(
            "'",
            "s",
            "re",
            "ll",
            "l",
            "ve",
            "t",
            " ",
            "  ",
            "\n",
            "\t",
            "\u00a0",
            "\u2003",
            "\u0085",
            "the",
            "Antidisestablishmentarianism",
            "aaaa",
            "12345",
            "٣",
            "½",
            "!?",
            "--",
            "=",
            "ä",
            "día",
            "日本",
            "😀",
            "\u0301")
        .list()
        .ofMaxSize(24)
        .map(parts -> utf8(String.join("", parts)));
  }

  private static Arbitrary<byte[]> pieces() {
    return Arbitraries.integers()
        .between(0, ENGLISH.length - 200)
        .map(at -> Arrays.copyOfRange(ENGLISH, at, at + 200));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
