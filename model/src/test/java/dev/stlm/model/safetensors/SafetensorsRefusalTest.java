package dev.stlm.model.safetensors;

import static dev.stlm.model.safetensors.SafetensorsBytes.file;
import static dev.stlm.model.safetensors.SafetensorsBytes.tensor;
import static dev.stlm.model.safetensors.SafetensorsBytes.withLength;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile files: each is refused in one line that names it. */
class SafetensorsRefusalTest {
  private static final String A = tensor("a", "F32", "[2]", 0, 8);
  private static final String B = tensor("b", "U8", "[3]", 8, 11);

  @TempDir Path temp;

  @Test
  void theFileThatTheOthersAreSpoiltFromIsFine() throws IOException {
    Path file = Files.write(temp.resolve("good"), file("{" + A + "," + B + "}  \n ", 11));
    assertThat(SafetensorsFile.open(file).tensors().keySet()).containsExactly("a", "b");
    Path empty = Files.write(temp.resolve("empty"), file("{}", 0));
    assertThat(SafetensorsFile.open(empty).tensors()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFiles")
  void badFileIsRefused(String what, byte[] bytes, String expected) throws IOException {
    Path file = Files.write(temp.resolve("model.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(600);
  }

  static Stream<Arguments> badFiles() {
    byte[] good = bytes("{" + A + "," + B + "}");
    return Stream.concat(
        Stream.of(
            arguments("nothing", new byte[0], "too few"),
            arguments("half a length", new byte[4], "too few"),
            arguments("no header", withLength(0, new byte[0], 8), "start with {"),
            arguments(
                "cut header", withLength(good.length, bytes("{\"a\":{\"dty"), 0), "cut short"),
            arguments("header longer than the file", withLength(1_000_000, good, 11), "cut short"),
            arguments("huge header", withLength(100_000_001, good, 11), "more than the 100000000"),
            arguments("largest length", withLength(-1, good, 11), "18446744073709551615 bytes"),
            arguments("header too short", withLength(good.length - 1, good, 11), "not valid JSON"),
            arguments("cut data", file(good, 10), "cut short"),
            arguments("trailing byte", file(good, 12), "something follows the tensors"),
            arguments("no data", file(good, 0), "cut short"),
            arguments("blank before the brace", file(" {}", 0), "start with {"),
            arguments("byte order mark", file("\uFEFF{}", 0), "start with {"),
            arguments("array", file("[]", 0), "start with {"),
            arguments("text after the object", file("{}{}", 0), "something follows"),
            arguments("zeros after the object", file("{}\0\0", 0), "not valid JSON"),
            arguments("half a UTF-8 character", file(latin1("{\"\u00e9\":1}"), 0), "not UTF-8"),
            arguments("cut UTF-8 character", file(latin1("{}\u00c3"), 0), "not UTF-8"),
            arguments("UTF-16", file("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), 0), "JSON"),
            arguments("deep nesting", file("{\"a\":" + "[".repeat(200_000), 0), "is not an object"),
            arguments(
                "deep metadata",
                file("{\"__metadata__\":" + "{\"a\":".repeat(100_000), 0),
                "not only texts")),
        Stream.concat(badJson(), badOffsets()));
  }

  private static Stream<Arguments> badJson() {
    return Stream.of(
        arguments("duplicate tensor", file("{" + A + "," + A + "}", 8), "Duplicate"),
        arguments(
            "duplicate key", file("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\"}}", 0), "Duplicate"),
        arguments(
            "duplicate metadata", file("{\"__metadata__\":{\"x\":\"\",\"x\":\"\"}}", 0), "Dupl"),
        arguments("metadata of numbers", file("{\"__metadata__\":{\"x\":1}}", 0), "not only texts"),
        arguments("metadata of nulls", file("{\"__metadata__\":null}", 0), "not an object"),
        arguments("tensor that is none", file("{\"a\":7}", 0), "\"a\": is not an object"),
        arguments(
            "no dtype", file("{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}", 0), "needs dtype"),
        arguments(
            "no shape", file("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}", 0), "needs"),
        arguments("no offsets", file("{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 0), "data_offsets"),
        arguments(
            "unknown key", file("{\"a\":{\"dtype\":\"U8\",\"x\":1}}", 0), "unknown key \"x\""),
        arguments("unknown dtype", file("{" + tensor("a", "F4", "[2]", 0, 1) + "}", 1), "\"F4\""),
        arguments(
            "dtype in lower case", file("{" + tensor("a", "f32", "[]", 0, 4) + "}", 4), "f32"),
        arguments("dtype that is a number", file("{\"a\":{\"dtype\":32}}", 0), "dtype"),
        arguments("dtype that is an object", file("{\"a\":{\"dtype\":{}}}", 0), "dtype"),
        arguments(
            "shape that is a number", file("{\"a\":{\"shape\":2}}", 0), "shape: is not a list"),
        arguments("shape of texts", file("{\"a\":{\"shape\":[\"2\"]}}", 0), "whole numbers"),
        arguments("shape of fractions", file("{\"a\":{\"shape\":[2.0]}}", 0), "whole numbers"),
        arguments("shape of lists", file("{\"a\":{\"shape\":[[2]]}}", 0), "whole numbers"),
        arguments("shape of many", file("{\"a\":{\"shape\":[1" + ",1".repeat(99) + "]}}", 0), "32"),
        arguments("name with a line break", file("{\"a\\nb\":7}", 0), "\"a?b\""),
        arguments("long name", file("{\"" + "n".repeat(4000) + "\":7}", 0), "nnn…"),
        arguments("very long name", file("{\"" + "n".repeat(100_000) + "\":7}", 0), "JSON"),
        arguments("number of 1000 digits", file("{\"a\":" + "9".repeat(1000) + "}", 0), "header"));
  }

  private static Stream<Arguments> badOffsets() {
    return Stream.of(
        arguments("negative dimension", one("F32", "[-2]", 0, 8), "whole numbers"),
        arguments("minus zero", one("F32", "[-0]", 0, 0), "whole numbers"),
        arguments("dimension over 2^63", one("U8", "[9223372036854775808]", 0, 8), "whole numbers"),
        arguments("shape that overflows", one("U8", "[4294967296,4294967296]", 0, 8), "too large"),
        arguments("bytes that overflow", one("F32", "[4611686018427387904]", 0, 8), "too large"),
        arguments(
            "product that wraps to 8", one("U8", "[2305843009213693953,8]", 0, 8), "too large"),
        arguments("negative offset", one("F32", "[2]", -8, 0), "whole numbers"),
        arguments("offsets backwards", one("F32", "[2]", 8, 0), "leaves a gap"),
        arguments("end before begin", two("F32", "[2]", 0, 8, "U8", "[0]", 8, 4), "do not fit"),
        arguments("size that does not fit", one("F32", "[3]", 0, 8), "do not fit the 12 bytes"),
        arguments("gap at the start", one("F32", "[1]", 4, 8), "leaves a gap"),
        arguments("gap between", two("U8", "[2]", 0, 2, "U8", "[5]", 3, 8), "leaves a gap"),
        arguments("overlap", two("U8", "[5]", 0, 5, "U8", "[4]", 4, 8), "overlaps"),
        arguments("same bytes twice", two("U8", "[8]", 0, 8, "U8", "[8]", 0, 8), "overlaps"),
        arguments("after the end", one("U8", "[16]", 0, 16), "cut short"),
        arguments("far after the end", one("U8", "[4611686018427387904]", 0, 1L << 62), "cut"),
        arguments(
            "three offsets",
            file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1),
            "more than 2"));
  }

  @Test
  void missingFileAndDirectoryAreNamed() {
    Path missing = temp.resolve("missing.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(missing + ": no such file; check the path");
    assertThatThrownBy(() -> SafetensorsFile.open(temp))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a directory");
  }

  private static byte[] one(String dtype, String shape, long begin, long end) {
    return file("{" + tensor("a", dtype, shape, begin, end) + "}", 8);
  }

  private static byte[] two(
      String dtype1,
      String shape1,
      long b1,
      long e1,
      String dtype2,
      String shape2,
      long b2,
      long e2) {
    return file(
        "{" + tensor("a", dtype1, shape1, b1, e1) + "," + tensor("b", dtype2, shape2, b2, e2) + "}",
        8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
