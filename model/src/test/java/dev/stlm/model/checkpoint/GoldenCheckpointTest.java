package dev.stlm.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file that was once checked with the Python library (check_stlm_golden.py beside it) is the
 * file that is written today, to the byte: what others stored stays readable.
 */
class GoldenCheckpointTest {
  private static final ModelConfig CONFIG =
      new FlatConfig(
          260,
          16,
          4,
          1,
          new AttentionConfig(1, 1, 2, 10_000, false),
          new FfnConfig(8, Activation.RELU2),
          1e-5,
          true,
          Optional.of(new NgramConfig(List.of(2), 8, 2)));

  @TempDir Path temp;

  @Test
  void everyEncodingIsWrittenAsTheBytesThatPythonWasSeenToRead() throws IOException {
    Path dir = temp.resolve("golden");
    CheckpointDirectory.write(golden(), dir);
    try (InputStream in =
        getClass().getResourceAsStream("/dev/stlm/model/safetensors/stlm.safetensors")) {
      assertThat(dir.resolve("model.safetensors"))
          .hasBinaryContent(Objects.requireNonNull(in).readAllBytes());
    }
  }

  @Test
  void everyEncodingIsReadBackAsItsValues() {
    Path dir = temp.resolve("golden");
    CheckpointDirectory.write(golden(), dir);
    Checkpoint opened = CheckpointDirectory.open(dir);
    int k = 0;
    for (Parameter p : ParameterLayout.of(CONFIG).stored()) {
      assertThat(opened.tensor(p.name()).toFloats())
          .as(p.name())
          .isEqualTo(PatternTensors.values(p, k++));
    }
    assertThat(opened.tensor("embed"))
        .isInstanceOfSatisfying(Tensor.Int8.class, t -> assertThat(t.group()).isEqualTo(2));
    assertThat(opened.tensor("layers.0.attention.qkv")).isInstanceOf(Tensor.Sparse.class);
    assertThat(CheckpointHash.of(opened)).isEqualTo(CheckpointHash.of(golden()));
    assertThat(opened.nonZeroCount()).isEqualTo(golden().nonZeroCount());
  }

  static Checkpoint golden() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int k = 0;
    for (Parameter p : ParameterLayout.of(CONFIG).stored()) {
      tensors.put(
          p.name(),
          switch (p.name()) {
            case "embed" -> PatternTensors.int8(p, k, 2);
            case "layers.0.ffn.input" -> PatternTensors.int8(p, k, 4);
            case "ngram.2.table", "layers.0.ffn.norm" -> PatternTensors.bf16(p, k);
            case "layers.0.attention.qkv", "layers.0.ffn.output" -> PatternTensors.sparse(p, k);
            default -> PatternTensors.f32(p, k);
          });
      k++;
    }
    return new Checkpoint(CONFIG, new ByteTokenizer(), tensors, History.empty());
  }

  /** Writes the golden file again: java … GoldenCheckpointTest FILE, then check it with Python. */
  public static void main(String[] args) throws IOException {
    Path dir = Files.createTempDirectory("golden").resolve("model");
    CheckpointDirectory.write(golden(), dir);
    Files.copy(dir.resolve("model.safetensors"), Path.of(args[0]));
  }
}
