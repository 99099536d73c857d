package dev.stlm.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.kit.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  private static final PrintStream STDOUT = System.out;
  private static final PrintStream STDERR = System.err;
  private static final InputStream STDIN = System.in;

  @TempDir private Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String model = "";

  @BeforeEach
  void captureStreams() {
    Path path = dir.resolve("model");
    CheckpointDirectory.write(TinyModels.plain(), path);
    model = path.toString();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreStreams() {
    System.setOut(STDOUT);
    System.setErr(STDERR);
    System.setIn(STDIN);
  }

  @Test
  void promptsFromArgumentFileAndStandardInputGiveTheSameText() throws IOException {
    String fromArgument = text("--prompt", "Hello");
    Path file = Files.writeString(dir.resolve("prompt.txt"), "Hello");
    assertThat(text("--prompt-file", file.toString())).isEqualTo(fromArgument).isNotBlank();
    System.setIn(new ByteArrayInputStream("Hello".getBytes(StandardCharsets.UTF_8)));
    assertThat(text("--prompt-file", "-")).isEqualTo(fromArgument);
    assertThat(text("--prompt", "Hello", "--seed", "5")).isNotEqualTo(fromArgument);
  }

  @Test
  void aPromptMayBeAnyBytes() throws IOException {
    Path file = Files.write(dir.resolve("prompt.bin"), new byte[] {(byte) 0xFF, 0, (byte) 0xC3});
    assertThat(run("--prompt-file", file.toString())).isZero();
  }

  @Test
  void theStatisticsGoToStandardError() {
    assertThat(run("--prompt", "Hello", "--stats")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("prompt: 5 ids").contains("ids/s");
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("ids/s");
  }

  @Test
  void readingAheadIsTheSameTextAndMayBeSwitchedOff() {
    Path drafting = dir.resolve("drafting");
    CheckpointDirectory.write(
        Optional.ofNullable(TinyModels.variants().get("drafts")).orElseThrow(), drafting);
    model = drafting.toString();
    String ahead = text("--prompt", "Hello", "--temperature", "0", "--stats");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("drafts: ").contains("accepted");
    err.reset();
    String plain = text("--prompt", "Hello", "--temperature", "0", "--stats", "--no-speculation");
    assertThat(plain).isEqualTo(ahead);
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("drafts");
  }

  @Test
  void whatCanNotBeDoneIsSaidInOneLine() {
    refused("no such", () -> Main.run("generate", dir.resolve("nowhere").toString()));
    refused("no such", () -> run("--prompt-file", dir.resolve("nowhere").toString()));
    refused("directory", () -> run("--prompt-file", dir.toString()));
    refused("temperature", () -> run("--temperature", "-1"));
    refused("max bytes", () -> run("--max-bytes", "0"));
    refused("cpu", () -> run("--runtime", "quantum"));
    refused("not both", () -> run("--prompt", "a", "--prompt-file", "b"));
    refused("stop string", () -> run("--stop", ""));
  }

  private void refused(String says, java.util.function.IntSupplier command) {
    err.reset();
    assertThat(command.getAsInt()).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).strip())
        .startsWith("stlm: ")
        .contains(says)
        .doesNotContain("\n");
    assertThat(out.size()).isZero();
  }

  private String text(String... arguments) {
    out.reset();
    assertThat(run(arguments)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "generate";
    all[1] = model;
    all[2] = "--max-bytes";
    all[3] = "30";
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return Main.run(java.util.List.of(arguments).contains("--max-bytes") ? without(all) : all);
  }

  private static String[] without(String[] all) {
    String[] fewer = new String[all.length - 2];
    System.arraycopy(all, 0, fewer, 0, 2);
    System.arraycopy(all, 4, fewer, 2, all.length - 4);
    return fewer;
  }
}
