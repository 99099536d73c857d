package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Options of {@code train} and {@code watch}, in this process. */
class RunOptionsTest {
  @TempDir Path dir;
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(
        dir.resolve("text.txt"), "she sells sea shells by the sea shore. ".repeat(200));
  }

  @Test
  void aRunLearnsFromATeacherAndKeepsItsCheckpoints() throws IOException {
    Path teacher = dir.resolve("teacher");
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 3), teacher);
    assertThat(train("--teacher", teacher.toString(), "--temperature", "3", "--keep", "2"))
        .as(errors.toString())
        .isZero();
    var state = StrictJson.readTree(dir.resolve("run/last/state/run.json")).path("teacher");
    assertThat(state.path("path").asText()).isEqualTo(teacher.toString());
    assertThat(state.path("temperature").asDouble()).isEqualTo(3);
    assertThat(state.path("weight").asDouble()).isEqualTo(0.5);
    try (var kept = Files.list(dir.resolve("run/steps"))) {
      assertThat(kept.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("000000004", "000000006");
    }
  }

  @Test
  void aTemperatureWithoutATeacherIsRefused() {
    assertThat(train("--temperature", "3")).isEqualTo(2);
    assertThat(errors.toString()).contains("are for a --teacher").hasLineCount(1);
  }

  @Test
  void aTeacherThatIsNotThereIsRefused() {
    assertThat(train("--teacher", dir.resolve("nobody").toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("nobody: no such checkpoint").hasLineCount(1);
  }

  @Test
  void aDirectoryWithoutARunCanNotBeWatched() {
    assertThat(run("watch", dir.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("holds no training run").hasLineCount(1);
  }

  @Test
  void aPortThatIsTakenStopsTheRunBeforeItStarts() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(train("--watch", Integer.toString(taken.getLocalPort()))).isEqualTo(2);
    }
    assertThat(errors.toString()).contains("can not be used").hasLineCount(1);
    assertThat(dir.resolve("run")).doesNotExist();
  }

  private int train(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--device", "cpu", "--threads", "1"));
    arguments.addAll(List.of("--text", dir.resolve("text.txt").toString()));
    arguments.addAll(List.of("--out", dir.resolve("run").toString(), "--preset", "tiny"));
    arguments.addAll(List.of("--steps", "6", "--batch", "2", "--sequence", "32"));
    arguments.addAll(List.of("--validations", "3"));
    Collections.addAll(arguments, more);
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(errors, true));
    command.setOut(new PrintWriter(new StringWriter(), true));
    return command.execute(arguments);
  }
}
