package dev.stlm.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PatchesCommandTest {
  @TempDir private Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = temp.resolve("text.txt");
    Files.writeString(text, "One boat came in.\nNobody saw it. ".repeat(60));
  }

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] all = new String[args.length + 3];
    System.arraycopy(new String[] {"patches", "--text", text.toString()}, 0, all, 0, 3);
    System.arraycopy(args, 0, all, 3, args.length);
    return line.execute(all);
  }

  @Test
  void aTextIsShownCutIntoPatches() {
    assertThat(run()).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("One |boat |came |in.|\u00b7Nobody |saw |it.| One |")
        .containsPattern("patches +420\n")
        .contains("as long as the cap of 12: 0.00 %");
  }

  @Test
  void anEntropyPatcherIsTrainedAndWrittenAsAConfigReadsIt() throws IOException {
    Path file = temp.resolve("patcher.json");
    assertThat(run("--mean", "5", "--context", "2", "--out", file.toString()))
        .as(err.toString())
        .isZero();
    PatcherConfig config = StrictJson.read(file, PatcherConfig.class);
    assertThat(config.type()).isEqualTo("entropy");
    double mean =
        config.create().meanPatch(Files.readString(text).getBytes(StandardCharsets.UTF_8));
    assertThat(mean).isBetween(2.0, 12.0);
    assertThat(out.toString()).containsPattern("bytes a patch +%.3f\n".formatted(mean));
  }

  @Test
  void whatDoesNotFitIsOneLine() {
    assertThat(run("--patcher", "vowels")).isEqualTo(2);
    assertThat(run("--set", "cup=3")).isEqualTo(2);
    assertThat(run("--mean", "5", "--set", "cap=3")).isEqualTo(2);
    assertThat(run("--mean", "0.5")).isEqualTo(2);
    text = temp.resolve("none.txt");
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).startsWith("stlm: "));
  }
}
