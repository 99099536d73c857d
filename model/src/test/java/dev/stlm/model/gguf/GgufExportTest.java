package dev.stlm.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.NoTokenizer;
import dev.stlm.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufExportTest {
  @TempDir Path temp;

  /** The golden file is what the Python package of llama.cpp makes of the same values. */
  @ParameterizedTest
  @CsvSource({
    "llama,F32", "llama,F16", "llama,Q8_0", "llama,Q4_0",
    "qwen3,F32", "qwen3,F16", "qwen3,Q8_0", "qwen3,Q4_0"
  })
  void tensorsAreTheBytesOfTheReference(String model, GgufType type) {
    boolean norm = model.equals("qwen3");
    Path file = temp.resolve("model.gguf");
    GgufExport.Result result = GgufExport.write(patterned(config(norm, norm)), type, file);
    GgufFile read = GgufFile.read(file);
    JsonNode golden = golden().get(model + " " + type);
    assertThat(read.metadata()).containsEntry("general.architecture", model);
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(() -> golden.fieldNames());
    read.tensors()
        .forEach((name, tensor) -> {
          JsonNode expected = golden.get(name);
          int[] shape = ints(expected.get("shape"));
          assertThat(tensor.dimensions().stream().mapToInt(Long::intValue).toArray())
              .as(name)
              .containsExactly(shape);
          assertThat(tensor.type()).as(name).isEqualTo(expected.get("type").intValue());
          GgufType stored = shape.length == 1 ? GgufType.F32 : type;
          int bytes = stored.rowBytes(shape[0]) * (shape.length == 1 ? 1 : shape[1]);
          assertThat(tensor.bytes().length).isEqualTo((bytes + 31) / 32 * 32);
          assertThat(sha256(Arrays.copyOf(tensor.bytes(), bytes)))
              .as(name)
              .isEqualTo(expected.get("sha256").textValue());
        });
    assertThat(result.architecture()).isEqualTo(model);
    assertThat(result.tensors()).isEqualTo(golden.size());
    assertThat(result.bytes()).isEqualTo(file.toFile().length());
    double most =
        switch (type) {
          case F32 -> 0;
          case F16 -> 3e-4;
          case Q8_0 -> 0.006;
          case Q4_0 -> 0.1;
        };
    assertThat(result.relativeError()).isBetween(most / 10, most);
  }

  @Test
  void metadataSayWhatTheConfigSays() {
    AttentionConfig attention =
        new AttentionConfig(
            4,
            2,
            16,
            20_000,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new RopeScaling.Linear(4)),
            Optional.empty());
    Map<String, Object> metadata = written(config(attention)).metadata();
    assertThat(metadata)
        .containsEntry("general.file_type", 7)
        .containsEntry("general.quantization_version", 2)
        .containsEntry("llama.vocab_size", 260)
        .containsEntry("llama.context_length", 128)
        .containsEntry("llama.embedding_length", 64)
        .containsEntry("llama.block_count", 2)
        .containsEntry("llama.feed_forward_length", 96)
        .containsEntry("llama.attention.head_count", 4)
        .containsEntry("llama.attention.head_count_kv", 2)
        .containsEntry("llama.attention.key_length", 16)
        .containsEntry("llama.attention.value_length", 16)
        .containsEntry("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .containsEntry("llama.rope.dimension_count", 16)
        .containsEntry("llama.rope.freq_base", 20_000f)
        .containsEntry("llama.rope.scaling.type", "linear")
        .containsEntry("llama.rope.scaling.factor", 4f);
  }

  @Test
  void rotaryFactorsOfLlama3AreATensor() {
    AttentionConfig attention =
        new AttentionConfig(
            4,
            2,
            16,
            10_000,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new RopeScaling.Llama3(8, 1, 4, 40)),
            Optional.empty());
    GgufFile file = written(config(attention));
    GgufFile.Entry factors = file.tensor("rope_freqs.weight");
    assertThat(factors.dimensions()).containsExactly(8L);
    float[] values = new float[8];
    ByteBuffer.wrap(factors.bytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    assertThat(values[0]).isEqualTo(1f); // a fast turn is kept
    assertThat(values[7]).isEqualTo(8f); // a slow one is divided
    assertThat(file.metadata()).doesNotContainKey("llama.rope.scaling.type");
  }

  @Test
  void theVocabularyIsTheBytesInOrder() {
    GgufFile file = written(config(false, true));
    List<?> pieces = file.list("tokenizer.ggml.tokens");
    assertThat(pieces).hasSize(260).doesNotHaveDuplicates();
    assertThat(pieces.get('a')).isEqualTo("a");
    assertThat(pieces.get(' ')).isEqualTo("\u0120"); // as in GPT-2's own vocabulary
    assertThat(pieces.get('\n')).isEqualTo("\u010A");
    assertThat(pieces.get(0xAD)).isEqualTo("\u0143");
    assertThat(pieces.get(0xFF)).isEqualTo("\u00FF");
    assertThat(pieces.get(256)).isEqualTo("<|endoftext|>");
    assertThat(file.list("tokenizer.ggml.merges")).isEmpty();
    List<?> kinds = file.list("tokenizer.ggml.token_type");
    assertThat(kinds.subList(0, 256)).allMatch(kind -> kind.equals(1));
    assertThat(kinds.subList(256, 260)).allMatch(kind -> kind.equals(3));
    assertThat(file.metadata())
        .containsEntry("tokenizer.ggml.eos_token_id", 256)
        .containsEntry("tokenizer.ggml.add_bos_token", false);
  }

  @Test
  void eightBitWeightsKeepTheirBits() {
    Checkpoint int8 = TinyModels.int8(patterned(config(true, true)), 32);
    Path file = temp.resolve("int8.gguf");
    double error = GgufExport.write(int8, GgufType.Q8_0, file).relativeError();
    assertThat(error).isLessThan(1.0 / (1 << 11)); // that of a 16-bit float
    Tensor.Int8 output = (Tensor.Int8) int8.tensor("layers.1.ffn.output");
    byte[] stored = GgufFile.read(file).tensor("blk.1.ffn_down.weight").bytes();
    for (int block = 0; block < 64 * 3; block++) {
      float scale = output.scales().getAtIndex(ValueLayout.JAVA_FLOAT, block);
      short half = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getShort(34 * block);
      assertThat(half).isEqualTo(Float.floatToFloat16(scale));
      byte[] integers = Arrays.copyOfRange(stored, 34 * block + 2, 34 * (block + 1));
      byte[] own = output.values().asSlice(32L * block, 32).toArray(ValueLayout.JAVA_BYTE);
      assertThat(integers).isEqualTo(own);
    }
  }

  @Test
  void fourBitWeightsKeepTheirBits() {
    Checkpoint int4 = TinyModels.int4(patterned(config(true, true)), 32);
    Path file = temp.resolve("int4.gguf");
    double error = GgufExport.write(int4, GgufType.Q4_0, file).relativeError();
    assertThat(error).isBetween(1e-6, 1.0 / (1 << 11));
    Tensor.Int4 output = (Tensor.Int4) int4.tensor("layers.1.ffn.output");
    byte[] stored = GgufFile.read(file).tensor("blk.1.ffn_down.weight").bytes();
    for (int block = 0; block < 64 * 3; block++) {
      float scale = output.scales().getAtIndex(ValueLayout.JAVA_FLOAT, block);
      short half = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getShort(18 * block);
      assertThat(half).isEqualTo(Float.floatToFloat16(scale));
      assertThat(Arrays.copyOfRange(stored, 18 * block + 2, 18 * (block + 1)))
          .isEqualTo(output.values().asSlice(16L * block, 16).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void aModelOfIdsHasNoVocabulary() {
    FlatConfig ids = flat(512, config(false, true).attention(), true);
    Path file = temp.resolve("ids.gguf");
    GgufExport.write(InitialCheckpoint.random(ids, new NoTokenizer(512, 0), 1), GgufType.F16, file);
    assertThat(GgufFile.read(file).metadata())
        .containsEntry("tokenizer.ggml.model", "no_vocab")
        .containsEntry("llama.vocab_size", 512)
        .doesNotContainKey("tokenizer.ggml.tokens");
  }

  @Test
  void draftsAreLeftOutAndSaidToBe() {
    FlatConfig drafting =
        (FlatConfig)
            StrictJson.read(
                StrictJson.text(config(false, true)).replaceFirst("\\{", "{\"futureIds\": 2,"),
                ModelConfig.class,
                "drafting");
    Path file = temp.resolve("drafting.gguf");
    assertThat(GgufExport.write(patterned(drafting), GgufType.F16, file).dropsDrafts()).isTrue();
    assertThat(GgufFile.read(file).tensors().keySet()).noneMatch(name -> name.contains("future"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"ngrams\": {\"orders\": [2], \"rows\": 16, \"rowWidth\": 4} | ngrams",
        "\"smear\": 3 | smear 3",
        "\"logitSoftCap\": 4.0 | logitSoftCap 4.0",
        "\"sharing\": {\"ffnGroup\": 2, \"ffnDeltaRank\": 0, \"attentionOutput\": false,"
            + " \"repeats\": 1} | sharing",
      })
  void aModelThatLlamaCppWouldComputeOtherwiseIsRefusedByName(String field, String named) {
    String json = StrictJson.text(config(false, true)).replaceFirst("\\{", "{" + field + ",");
    refused(StrictJson.read(json, ModelConfig.class, "config"), GgufType.F16, named);
  }

  @Test
  void otherModelsAreRefusedByNameToo() {
    AttentionConfig plain = config(false, true).attention();
    refused(config(plain.withWindow(9)), GgufType.F16, "attention.window 9");
    refused(config(plain.withValueResidual(true)), GgufType.F16, "attention.valueResidual");
    refused(Presets.named("tiny-pooled"), GgufType.F16, "architecture pooled");
    FlatConfig relu =
        new FlatConfig(
            260,
            64,
            64,
            2,
            plain,
            new FfnConfig(96, Activation.RELU2),
            1e-5,
            true,
            Optional.empty());
    refused(relu, GgufType.F16, "ffn.activation relu2");
    FlatConfig narrow =
        new FlatConfig(
            260,
            64,
            40,
            1,
            plain,
            new FfnConfig(96, Activation.SWIGLU),
            1e-5,
            true,
            Optional.empty());
    refused(narrow, GgufType.Q8_0, "embed has rows of 40 values, which q8_0 stores by 32");
    Checkpoint subword =
        InitialCheckpoint.random(flat(50_257, plain, true), Tokenizers.create("gpt2", Map.of()), 1);
    assertThatThrownBy(() -> GgufExport.write(subword, GgufType.F16, temp.resolve("no.gguf")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer is \"gpt2\"");
  }

  @Test
  void aWeightThatNoHalfHoldsIsRefusedAndTheOldFileStays() throws IOException {
    Path file = Files.writeString(temp.resolve("old.gguf"), "old");
    Map<String, Tensor> tensors = new LinkedHashMap<>(patterned(config(false, true)).tensors());
    float[] values = patterned(config(false, true)).tensor("embed").toFloats();
    values[5] = 1e6f;
    tensors.put("embed", Tensor.F32.of(260, 64, values));
    Checkpoint large =
        new Checkpoint(config(false, true), new ByteTokenizer(), tensors, new History(List.of()));
    assertThatThrownBy(() -> GgufExport.write(large, GgufType.F16, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1000000.0");
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactly(file);
    }
  }

  private void refused(ModelConfig config, GgufType type, String named) {
    Path file = temp.resolve("refused.gguf");
    Checkpoint checkpoint = InitialCheckpoint.random(config, new ByteTokenizer(), 1);
    assertThatThrownBy(() -> GgufExport.write(checkpoint, type, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("export: ")
        .hasMessageContaining(named)
        .message()
        .doesNotContain("\n");
    assertThat(file).doesNotExist();
  }

  private GgufFile written(FlatConfig config) {
    Path file = temp.resolve("written.gguf");
    GgufExport.write(patterned(config), GgufType.Q8_0, file);
    return GgufFile.read(file);
  }

  private static FlatConfig config(boolean qkNorm, boolean tied) {
    return flat(260, new AttentionConfig(4, 2, 16, 10_000, qkNorm), tied);
  }

  private static FlatConfig config(AttentionConfig attention) {
    return flat(260, attention, true);
  }

  private static FlatConfig flat(int vocabulary, AttentionConfig attention, boolean tied) {
    return new FlatConfig(
        vocabulary,
        128,
        64,
        2,
        attention,
        new FfnConfig(96, Activation.SWIGLU),
        1e-5,
        tied,
        Optional.empty());
  }

  /** The values of {@code make_golden.py}. */
  private static Checkpoint patterned(FlatConfig config) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long k = 0;
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[(int) p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (((7919L * i + 104_729 * k) % 2003 - 1001) / 10010.0);
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
      k++;
    }
    return new Checkpoint(config, new ByteTokenizer(), tensors, new History(List.of()));
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static JsonNode golden() {
    try (var in = GgufExportTest.class.getResourceAsStream("golden.json")) {
      return StrictJson.readTree(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), "golden.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
