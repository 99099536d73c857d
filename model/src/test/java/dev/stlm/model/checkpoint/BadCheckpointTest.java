package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.config.Presets;
import dev.stlm.model.safetensors.Dtype;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories whose files are missing, damaged or do not belong together. */
class BadCheckpointTest {
  @TempDir Path temp;
  private Path dir;

  @BeforeEach
  void writeGood() {
    dir = temp.resolve("model");
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1), dir);
  }

  @Test
  void missingDirectoryAndFileInItsPlaceAreNamed() {
    refused(temp.resolve("none"), temp.resolve("none") + ": no such checkpoint directory");
    refused(dir.resolve("config.json"), dir.resolve("config.json") + ": is a file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json", "history.json"})
  void missingAndEmptyFilesAreNamed(String name) throws IOException {
    Path file = dir.resolve(name);
    Files.write(file, new byte[0]);
    refused(dir, file + ": ");
    Files.delete(file);
    refused(dir, file + ": no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          config.json    | "width": 16               | "width": 24, "wide": 1  | unknown key wide
          config.json    | "vocabularySize": 260     | "vocabularySize": 300   | the tokenizer has 260 ids
          config.json    | "architecture": "flat"    | "architecture": "round" | "round" is not a known type
          tokenizer.json | "byte"                    | "words"                 | unknown tokenizer type "words"
          tokenizer.json | "byte"                    | "byte", "cap": "3"      | unknown setting cap
          tokenizer.json | "byte"                    | "byte", "cap": 3        | cap should be a text
          tokenizer.json | "type"                    | "kind"                  | has no "type"
          history.json   | "step"                    | "act": "x", "step"      | unknown key entries[0].act
          history.json   | "seed": "1"               | "seed": null            | history.json
          history.json   | "seed": "1"               | "seed": ["1"]           | history.json
          """)
  void jsonThatDoesNotFitIsNamed(String name, String from, String to, String expected)
      throws IOException {
    Path file = dir.resolve(name);
    String good = Files.readString(file);
    Files.writeString(file, good.replace(from, to));
    refused(dir, expected);
    refused(dir, "model");
  }

  @Test
  void configOfAnotherShapeIsRefused() throws IOException {
    Path file = dir.resolve("config.json");
    Files.writeString(file, Files.readString(file).replace("\"layers\": 2", "\"layers\": 1"));
    refused(
        dir, "holds \"layers.1.attention.keyNorm\" and 7 more that the config does not ask for");
    Files.writeString(file, Files.readString(file).replace("\"layers\": 1", "\"layers\": 3"));
    refused(dir, "tensor layers.2.attention.norm: is missing");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"layers\": 3", "\"layers\": 2")
            .replaceFirst("\"width\": 32", "\"width\": 64"));
    refused(dir, "tensor layers.0.ffn.input: it is [32, 16]; config.json asks for [64, 16]");
  }

  @Test
  void tensorsOfTheWrongTypeOrShapeAreRefused() {
    spoil(
        t -> t.put("extra", tensor(Dtype.F32, new byte[4], 1)), "holds \"extra\" that the config");
    spoil(t -> t.remove("norm"), "tensor norm: is missing");
    spoil(t -> t.put("norm", tensor(Dtype.F64, new byte[128], 16)), "tensor norm: is F64");
    spoil(t -> t.put("norm", tensor(Dtype.F32, new byte[64], 1, 16)), "it is [1, 16]");
    spoil(t -> t.put("norm", tensor(Dtype.F32, new byte[0], 0)), "it is [0]");
  }

  @Test
  void quantisedTensorsAreChecked() {
    byte[] values = new byte[32 * 16];
    float[] scales = new float[32 * 2];
    Consumer<Map<String, StoredTensor>> put =
        t -> {
          t.put("layers.0.ffn.input", tensor(Dtype.I8, values.clone(), 32, 16));
          t.put("layers.0.ffn.input.scale", floats(scales, 32, 2));
        };
    String at = "tensor layers.0.ffn.input: ";
    scales[9] = Float.NaN;
    spoil(put, at + "scale 9 is NaN; scales must be finite and not negative");
    scales[9] = Float.POSITIVE_INFINITY;
    spoil(put, at + "scale 9 is Infinity");
    scales[9] = -1e-9f;
    spoil(put, at + "scale 9 is -1.0E-9");
    scales[9] = 0;
    for (int i : new int[] {0, 7, 8, 311, 511}) {
      values[i] = -128;
      spoil(put, at + "an 8-bit value is -128");
      values[i] = -127;
    }
    spoil(put.andThen(t -> t.remove("layers.0.ffn.input.scale")), at + "comes without");
    spoil(
        put.andThen(t -> t.put("layers.0.ffn.input.scale", floats(new float[96], 32, 3))),
        at + "its scale is [32, 3]; it should be [32, a divisor of 16]");
    spoil(
        put.andThen(t -> t.put("layers.0.ffn.input.scale", floats(new float[32], 32))),
        at + "its scale is [32]");
    spoil(
        put.andThen(t -> t.put("layers.0.ffn.input.scale", floats(new float[0], 32, 0))),
        at + "its scale is [32, 0]");
    spoil(
        put.andThen(
            t -> t.put("layers.0.ffn.input.scale", tensor(Dtype.BF16, new byte[128], 32, 2))),
        at + "its scale is BF16; it should be F32");
  }

  @Test
  void sparseTensorsAreChecked() {
    String name = "layers.0.attention.queryNorm";
    byte[] mask = {0b101};
    Consumer<Map<String, StoredTensor>> put =
        t -> {
          t.remove(name);
          t.put(name + ".mask", tensor(Dtype.U8, mask, 1));
          t.put(name + ".values", floats(new float[3], 3));
        };
    String at = "tensor " + name + ": ";
    spoil(put, at + "values take 12 bytes, not 8");
    spoil(put.andThen(t -> t.remove(name + ".values")), at + "comes without");
    spoil(put.andThen(t -> t.remove(name + ".mask")), at + "is missing");
    spoil(
        put.andThen(t -> t.put(name + ".mask", tensor(Dtype.U8, new byte[2], 2))),
        at + "mask take 2 bytes, not 1");
    spoil(
        put.andThen(t -> t.put(name + ".mask", tensor(Dtype.I8, new byte[1], 1))),
        at + "mask is I8; it should be U8");
    spoil(
        put.andThen(t -> t.put(name + ".mask", tensor(Dtype.U8, new byte[1], 1, 1))),
        at + "mask is [1, 1]; it should be a vector");
  }

  @Test
  void bitsAfterTheLastValueOfAMaskAreRefused() {
    assertThatThrownBy(() ->
            new Tensor.Sparse(
                1,
                3,
                MemorySegment.ofArray(new byte[] {0b1000}),
                MemorySegment.ofArray(new float[1])))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the mask has bits after the last value");
  }

  @Test
  void filesOfALaterVersionAreRefused() {
    Path file = dir.resolve("model.safetensors");
    SafetensorsWriter.write(file, SafetensorsFile.open(file).tensors(), Map.of("stlm", "2"));
    refused(dir, "is written for a later version of stlm");
    SafetensorsWriter.write(file, SafetensorsFile.open(file).tensors(), Map.of("format", "pt"));
    CheckpointDirectory.open(dir);
  }

  private void spoil(Consumer<Map<String, StoredTensor>> how, String expected) {
    Path file = dir.resolve("model.safetensors");
    Map<String, StoredTensor> good = SafetensorsFile.open(file).tensors();
    Map<String, StoredTensor> bad = new LinkedHashMap<>(good);
    how.accept(bad);
    SafetensorsWriter.write(file, bad, Map.of());
    refused(dir, expected);
    refused(dir, file + ": ");
    SafetensorsWriter.write(file, good, Map.of());
  }

  private static void refused(Path directory, String expected) {
    assertThatThrownBy(() -> CheckpointDirectory.open(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }

  private static StoredTensor floats(float[] values, long... shape) {
    return new StoredTensor(Dtype.F32, list(shape), MemorySegment.ofArray(values));
  }

  private static StoredTensor tensor(Dtype dtype, byte[] bytes, long... shape) {
    return new StoredTensor(dtype, list(shape), MemorySegment.ofArray(bytes));
  }

  private static List<Long> list(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
