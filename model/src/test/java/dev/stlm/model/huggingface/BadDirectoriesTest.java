package dev.stlm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.model.safetensors.Dtype;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is missing, damaged or not supported is refused by name. */
class BadDirectoriesTest {
  @TempDir private Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model_type": "llama"          | "model_type": "qwen2"                | model_type is qwen2; supported: llama, mobillama, phi3
          "LlamaForCausalLM"             | "LlamaForTokenClassification"        | architectures is ["LlamaForTokenClassification"]; supported: LlamaForCausalLM
          "hidden_act": "silu"           | "hidden_act": "gelu"                 | hidden_act is gelu; supported: silu
          "attention_bias": false        | "attention_bias": true               | attention_bias is true; supported: false
          "mlp_bias": false              | "mlp_bias": true                     | mlp_bias is true; supported: false
          "use_cache": true              | "use_cache": true, "qk_norm": true   | field qk_norm is not understood
          "use_cache": true              | "quantization_config": {"bits": 4}   | field quantization_config is not understood
          "use_cache": true              | "sliding_window": 16                 | field sliding_window is not understood
          "use_cache": true              | "partial_rotary_factor": 0.5         | partial_rotary_factor is 0.5; supported: 1 for model_type llama
          "torch_dtype": "float32"       | "torch_dtype": "float8_e4m3fn"       | torch_dtype is float8_e4m3fn; supported: float32, bfloat16, float16
          "eos_token_id": 2              | "eos_token_id": null                 | eos_token_id is missing
          "eos_token_id": 2              | "eos_token_id": 400                  | eos_token_id is 400; supported: an id below the vocab_size 320
          "hidden_size": 64              | "hidden_size": "64"                  | hidden_size is "64"; supported: a whole number
          "hidden_size": 64              | "hidden_size": 0                     | hidden_size is 0; supported: a whole number from 1 on
          "head_dim": 8                  | "head_dim": 7                        | as a config: attention.headWidth is 7
          "num_key_value_heads": 2       | "num_key_value_heads": 3             | as a config: attention.kvHeads is 3
          "num_attention_heads": 8       | "heads": 8                           | num_attention_heads is missing
          "rms_norm_eps": 1e-05          | "rms_norm_eps": -1                   | as a config: normEpsilon is -1
          "rope_scaling": null           | "rope_scaling": {"type": "yarn", "factor": 2} | rope_scaling: rope_type is yarn; supported: default, linear, llama3, longrope
          "rope_scaling": null           | "rope_scaling": {"type": "linear"}   | rope_scaling: factor is missing
          "rope_scaling": null           | "rope_scaling": {"type": "linear", "factor": 2, "x": 1} | rope_scaling: field x is not understood
          "rope_scaling": null           | "rope_scaling": {"type": "linear", "rope_type": "llama3"} | rope_scaling: type is linear; supported: the same as rope_type
          "rope_scaling": null           | "rope_parameters": {"rope_theta": 5.0} | rope_theta is 5.0; supported: what it is outside, 10000.0
          "rope_scaling": null           | "rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1], "original_max_position_embeddings": 32} | 1 numbers; allowed: 4 numbers
          "vocab_size": 320              | "vocab_size": 321                    | tensor model.embed_tokens.weight is [320, 64]; config.json asks for [321, 64]
          "num_hidden_layers": 4         | "num_hidden_layers": 3               | tensor model.layers.3.input_layernorm.weight is not one that config.json asks for, and so are 8 more
          "num_hidden_layers": 4         | "num_hidden_layers": 5               | tensor model.layers.4
          """)
  void configsThatAreNotSupportedNameTheField(String from, String to, String expected)
      throws IOException {
    Golden.copy("tinyllama-f32", dir);
    replace("config.json", from, to);
    refused(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "sliding_window": 24  | "sliding_window": 24, "partial_rotary_factor": 0.2 | partial_rotary_factor is 0.2; supported: a part of 1
          "sliding_window": 24  | "sliding_window": "all"                            | sliding_window is "all"; supported: a whole number
          "sliding_window": 24  | "sliding_window": 0                                | as a config: attention.window is 0
          "resid_pdrop": 0.0    | "mlp_only_layers": []                              | field mlp_only_layers is not understood
          "num_key_value_heads": 4 | "num_key_value_heads": 2                        | tensor model.layers.0.self_attn.qkv_proj.weight is [192, 64]; config.json asks for [128, 64]
          """)
  void phi3ConfigsThatAreNotSupportedNameTheField(String from, String to, String expected)
      throws IOException {
    Golden.copy("phi3mini-4k", dir);
    replace("config.json", from, to);
    refused(expected);
  }

  @Test
  void otherSpellingsAreUnderstood() throws IOException {
    Golden.copy("phi3mini-4k", dir);
    replace("config.json", "\"sliding_window\": 24", "\"partial_rotary_factor\": 0.75");
    replace("config.json", "\"torch_dtype\": \"bfloat16\"", "\"dtype\": \"bfloat16\"");
    replace("config.json", "\"eos_token_id\": 2", "\"eos_token_id\": [7, 2]");
    replace("config.json", "\"num_key_value_heads\": 4,", "");
    replace(
        "config.json",
        "\"rope_scaling\": null",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 3}");
    Checkpoint checkpoint = CheckpointDirectory.open(dir);
    FlatConfig config = (FlatConfig) checkpoint.config();
    assertThat(config.attention().ropeWidth()).contains(12);
    assertThat(config.attention().window()).isEmpty();
    assertThat(config.attention().kvHeads()).isEqualTo(4);
    assertThat(config.attention().ropeScaling()).contains(new RopeScaling.Linear(3));
    assertThat(checkpoint.tokenizer().endOfText()).isEqualTo(7);
  }

  @Test
  void contextsAreFromOneToTheModels() {
    Path path = Golden.path("phi3mini-128k");
    assertThat(HuggingFaceCheckpoint.open(path, 512).config())
        .isEqualTo(HuggingFaceCheckpoint.open(path).config());
    for (int length : new int[] {0, 513}) {
      assertThatThrownBy(() -> HuggingFaceCheckpoint.open(path, length))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              path + ": a context of " + length + " ids was asked for; this model takes 1 to 512");
    }
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Golden.copy("tinyllama-bf16-sharded", dir);
    Path shard = dir.resolve("model-00004-of-00010.safetensors");
    Path aside = Files.move(shard, dir.resolve("aside"));
    refused(shard + ": no such file, but model.safetensors.index.json lists it");
    Files.move(aside, shard);
    assertThatCode(() -> CheckpointDirectory.open(dir)).doesNotThrowAnyException();
    Files.delete(dir.resolve("model.safetensors.index.json"));
    refused("holds neither model.safetensors nor model.safetensors.index.json");
    Files.delete(dir.resolve("config.json"));
    refused(dir.resolve("config.json") + ": no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model.norm.weight": "model-00009-of | "model.norm.weight": "model-00008-of | holds model.norm.weight, which model.safetensors.index.json does not list in it
          "lm_head.weight": "model-00010-of | "lm_head.bias": "model-00009-of   | lists lm_head.bias in model-00009-of-00010.safetensors, which does not hold it
          "lm_head.weight": "model-00010-of | "lm_head.weight": "../model-00010-of | the file of lm_head.weight is ../model-00010-of-00010.safetensors; supported: the name of a .safetensors file
          "metadata"                        | "more"                            | field more is not understood
          "weight_map"                      | "map"                             | weight_map is missing
          """)
  void indexesThatDoNotFitAreRefused(String from, String to, String expected) throws IOException {
    Golden.copy("tinyllama-bf16-sharded", dir);
    replace("model.safetensors.index.json", from, to);
    refused(expected);
  }

  @Test
  void tensorsThatDoNotFitAreRefused() {
    String q = "model.layers.1.self_attn.q_proj.weight";
    String up = "model.layers.2.mlp.up_proj.weight";
    spoil(t -> t.remove(q), "tensor " + q + " is missing; config.json asks for it");
    spoil(
        t -> t.put(q, zeros(Dtype.F32, 64, 32)),
        "tensor " + q + " is [64, 32]; config.json asks for [64, 64]");
    spoil(
        t -> t.put(q, zeros(Dtype.I8, 64, 64)),
        "tensor " + q + " is I8; supported: F32, BF16, F16");
    spoil(
        t -> t.put(up, zeros(Dtype.BF16, 176, 64)),
        "tensor model.layers.2.mlp.gate_proj.weight and those beside it: tensors of different types");
    spoil(
        t -> t.put("model.layers.0.self_attn.k_proj.weight", zeros(Dtype.F32, 24, 64)),
        "tensor model.layers.0.self_attn.k_proj.weight is [24, 64]; config.json asks for [16, 64]");
    spoil(
        t -> t.put("model.layers.0.self_attn.q_proj.bias", zeros(Dtype.F32, 64)),
        "tensor model.layers.0.self_attn.q_proj.bias is not one that config.json asks for");
    spoil(t -> t.remove("lm_head.weight"), "tensor lm_head.weight is missing");
  }

  @Test
  void frequenciesThatOldFilesStoreAreLeftOut() {
    Map<String, StoredTensor> tensors = tensors();
    tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", zeros(Dtype.F32, 4));
    write(tensors);
    assertThatCode(() -> CheckpointDirectory.open(dir)).doesNotThrowAnyException();
  }

  @Test
  void aTiedHeadMayBeStoredAsACopyOnly() throws IOException {
    Map<String, StoredTensor> tensors = tensors();
    write(tensors);
    replace("config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    refused("tensor lm_head.weight differs from model.embed_tokens.weight");
    StoredTensor embedding =
        java.util.Objects.requireNonNull(tensors.get("model.embed_tokens.weight"));
    tensors.put("lm_head.weight", embedding);
    write(tensors);
    replace("config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    assertThat(((FlatConfig) CheckpointDirectory.open(dir).config()).tiedHead()).isTrue();
  }

  @Test
  void aDirectoryOfAnotherProgramIsNeverReplaced() throws IOException {
    Checkpoint checkpoint = CheckpointDirectory.open(Golden.path("mobillama"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(Golden.path("mobillama").resolve(name), dir.resolve(name));
    }
    assertThatThrownBy(() -> CheckpointDirectory.write(checkpoint, dir))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(dir + ": holds a model of another program; give a new or empty directory");
    assertThat(dir.resolve("model.safetensors")).exists();
  }

  private void spoil(Consumer<Map<String, StoredTensor>> change, String expected) {
    Map<String, StoredTensor> tensors = tensors();
    change.accept(tensors);
    write(tensors);
    refused(expected);
  }

  private static Map<String, StoredTensor> tensors() {
    Path file = Golden.path("tinyllama-f32").resolve("model.safetensors");
    return new LinkedHashMap<>(SafetensorsFile.open(file).tensors());
  }

  private void write(Map<String, StoredTensor> tensors) {
    try {
      Files.copy(
          Golden.path("tinyllama-f32").resolve("config.json"),
          dir.resolve("config.json"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    SafetensorsWriter.write(dir.resolve("model.safetensors"), tensors, Map.of());
  }

  private static StoredTensor zeros(Dtype dtype, long... shape) {
    List<Long> list = java.util.Arrays.stream(shape).boxed().toList();
    byte[] bytes = new byte[(int) StoredTensor.byteSize(dtype, list)];
    return new StoredTensor(dtype, list, MemorySegment.ofArray(bytes));
  }

  private void replace(String name, String from, String to) throws IOException {
    Path file = dir.resolve(name);
    String good = Files.readString(file);
    assertThat(good).contains(from);
    Files.writeString(file, good.replace(from, to));
  }

  private void refused(String expected) {
    assertThatThrownBy(() -> CheckpointDirectory.open(dir))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(dir.toString())
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1);
  }
}
