package dev.stlm.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.kit.CommandRun;
import dev.stlm.tokenizer.ByteTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path temp;
  private Path model = Path.of("");

  @BeforeEach
  void writeAModel() {
    FlatConfig config =
        new FlatConfig(
            260,
            64,
            32,
            1,
            new AttentionConfig(2, 1, 16, 10_000, true),
            new FfnConfig(64, Activation.SWIGLU),
            1e-5,
            true,
            Optional.empty());
    model = temp.resolve("model");
    CheckpointDirectory.write(InitialCheckpoint.random(config, new ByteTokenizer(), 1), model);
  }

  @Test
  void aFileIsWrittenAndItsRoundingPrinted() {
    Path file = temp.resolve("made/model.gguf");
    CommandRun exact = run(model.toString(), "--type", "f32", "--out", file.toString());
    assertThat(exact.code()).as(exact.err()).isZero();
    assertThat(exact.out().lines())
        .containsExactly(
            file + ": qwen3, f32, 17,664 values in 13 tensors, " + bytes(file) + " bytes",
            "rounding: none, every weight is what it was");
    CommandRun rounded = run(model.toString(), "--out", file.toString());
    assertThat(rounded.out()).contains("qwen3, q8_0").containsPattern("rounding: 0\\.00\\d+ of");
  }

  @Test
  void whatCanNotBeIsOneLineAndCode2() {
    String out = temp.resolve("no.gguf").toString();
    assertThat(refusal(model.toString(), "--type", "q5_k", "--out", out))
        .isEqualTo("stlm: GGUF type \"q5_k\" is not known; allowed: f32, f16, q4_0, q8_0");
    assertThat(refusal(model.toString(), "--format", "onnx", "--out", out))
        .isEqualTo("stlm: export: --format is onnx; allowed: gguf");
    assertThat(refusal(model.toString(), "--out", temp.toString()))
        .isEqualTo("stlm: export: --out " + temp + " is a directory; name a file");
    assertThat(refusal(temp.resolve("none").toString(), "--out", out))
        .contains("no such checkpoint directory");
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1), model);
    assertThat(refusal(model.toString(), "--out", out))
        .isEqualTo(
            "stlm: export: llama.cpp computes no model with ngrams hashed tables; a GGUF file can"
                + " hold: none");
    assertThat(Path.of(out)).doesNotExist();
  }

  private static String bytes(Path file) {
    return "%,d".formatted(file.toFile().length());
  }

  private static String refusal(String... args) {
    CommandRun printed = run(args);
    assertThat(printed.code()).isEqualTo(2);
    assertThat(printed.out()).isEmpty();
    assertThat(printed.err()).hasLineCount(1);
    return printed.err().strip();
  }

  private static CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of("export"));
    all.addAll(List.of(args));
    return CommandRun.of(all.toArray(String[]::new));
  }
}
