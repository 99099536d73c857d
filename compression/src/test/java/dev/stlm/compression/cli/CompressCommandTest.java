package dev.stlm.compression.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.compression.RecipeReport;
import dev.stlm.compression.RecipeRunner;
import dev.stlm.compression.SmallModels;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompressCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeFiles() throws IOException {
    CheckpointDirectory.write(SmallModels.random(SmallModels.tied(), 1), folder.resolve("model"));
    Files.writeString(folder.resolve("train.txt"), "text to learn from");
    Files.writeString(folder.resolve("heldout.txt"), "held out ".repeat(200));
    Files.writeString(
        folder.resolve("recipe.json"),
        """
        {"version": 1, "steps": [
          {"type": "prune.magnitude", "sparsity": 0.5},
          {"type": "quantise.int8", "group": 8}]}
        """);
  }

  @Test
  void compressesScoresOnTheCpuRuntimeAndPrintsTheTable() {
    assertThat(compress("--out", folder.resolve("small").toString())).isZero();
    assertThat(out.toString())
        .contains("bits/byte", "input", "prune 50 % by magnitude", "quantise to int8");
    assertThat(CheckpointDirectory.open(folder.resolve("small")).tensors().get("embed"))
        .isInstanceOf(Tensor.Int8.class);
    RecipeReport report =
        StrictJson.read(
            folder.resolve("small.steps").resolve(RecipeRunner.REPORT), RecipeReport.class);
    assertThat(report.steps())
        .allSatisfy(step -> {
          assertThat(step.after().bitsPerByte()).isPositive().isFinite();
          assertThat(step.after().standardError()).isPresent();
        });
  }

  @Test
  void aRecipeThatLearnsNothingNeedsNoText() {
    assertThat(compressWithoutText("--out", folder.resolve("small").toString())).isZero();
    assertThat(CheckpointDirectory.open(folder.resolve("small")).tensors().get("embed"))
        .isInstanceOf(Tensor.Int8.class);
  }

  @Test
  void listsTheStepTypes() {
    assertThat(run("compress", "--list-steps")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("prune.magnitude: "))
        .anyMatch(line -> line.startsWith("quantise.int8: "));
  }

  @Test
  void aMissingOptionIsOneLineAndExitCodeTwo() {
    assertThat(compress()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "stlm: compress: --out DIR is missing; see ./stlm compress --help"
                + System.lineSeparator());
  }

  @Test
  void distillingWithoutATrainerIsOneLineAndNothingIsWritten() throws IOException {
    Files.writeString(
        folder.resolve("recipe.json"),
        "{\"version\": 1, \"steps\": [{\"type\": \"distil\", \"steps\": 3}]}");
    assertThat(compress("--out", folder.resolve("small").toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "stlm: distil: no trainer is present; add stlm-training to the class path");
    assertThat(folder.resolve("small")).doesNotExist();
  }

  private int compress(String... more) {
    List<String> args = new ArrayList<>(List.of("--text", folder.resolve("train.txt").toString()));
    args.addAll(List.of(more));
    return compressWithoutText(args.toArray(String[]::new));
  }

  private int compressWithoutText(String... more) {
    List<String> args = new ArrayList<>(List.of("compress", folder.resolve("model").toString()));
    args.addAll(List.of("--recipe", folder.resolve("recipe.json").toString()));
    args.addAll(List.of("--heldout", folder.resolve("heldout.txt").toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }
}
