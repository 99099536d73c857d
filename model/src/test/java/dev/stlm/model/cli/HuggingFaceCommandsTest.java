package dev.stlm.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands take directories of Hugging Face checkpoints. */
class HuggingFaceCommandsTest {
  private static final PrintStream STDOUT = System.out;
  private static final PrintStream STDERR = System.err;

  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void captureStreams() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreStreams() {
    System.setOut(STDOUT);
    System.setErr(STDERR);
  }

  @Test
  void inspectShowsWhatTheFilesHold() {
    assertThat(Main.run("inspect", resource("tinyllama-bf16-sharded").toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(l -> l.matches("embed +320 x 64 bf16 .*"))
        .anyMatch(l -> l.matches("layers\\.\\*\\.attention\\.qkv +96 x 64 bf16 .*x 4"))
        .anyMatch(l -> l.matches("parameters +217,664"))
        .anyMatch(l -> l.contains("import.huggingface/1"));
    out.reset();
    assertThat(Main.run("inspect", resource("mobillama").toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("parameters +140,864");
  }

  @Test
  void generateWritesWithTheModelsTokenizer() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("model"));
    try (Stream<Path> files = Files.list(resource("llama-tied-theta"))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(String.valueOf(file.getFileName())));
      }
    }
    Files.copy(resource("tokenizer").resolve("small.json"), directory.resolve("tokenizer.json"));
    int code =
        Main.run(
            "generate",
            directory.toString(),
            "--prompt",
            "The ships",
            "--max-bytes",
            "20",
            "--stats");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("prompt: ");
    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  @Test
  void withoutATokenizerTextIsRefusedInOneLine() {
    int code = Main.run("generate", resource("mobillama").toString(), "--prompt", "The ships");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).strip())
        .startsWith("stlm: this model came without a tokenizer")
        .doesNotContain("\n");
    assertThat(out.size()).isZero();
  }

  private static Path resource(String name) {
    try {
      URL url = HuggingFaceCommandsTest.class.getResource("/dev/stlm/model/huggingface/" + name);
      return Path.of(Objects.requireNonNull(url, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
