package dev.stlm.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandTest {
  @TempDir private Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  @Test
  @Tag("slow")
  void everyStageLeavesWhatTheOutputSays() throws IOException {
    Path dir = temp.resolve("demo");

    assertThat(run("demo", "--for", "12s", "--out", dir.toString())).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("xz -9e, primed")
        .contains("teacher")
        .contains("student")
        .contains("prune 30 %")
        .contains("zeros kept")
        .contains("int8")
        .contains("./stlm serve " + dir.resolve("model"));
    assertThat(CheckpointDirectory.open(dir.resolve("model")).history().entries())
        .extracting(entry -> entry.step())
        .endsWith("prune.magnitude/1", "train/1", "distil/1", "quantise.int8/1");
    String page = Files.readString(dir.resolve("report.html"));
    assertThat(page)
        .contains("Quality against size", "Training loss", "What the model writes", "uPlot")
        .doesNotContain("src=\"http", "href=\"http");
  }

  @Test
  void aTimeThatIsNoneIsOneLine() {
    assertThat(run("demo", "--for", "soon", "--out", temp.resolve("x").toString())).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo("stlm: --for soon: is not a time; write it as 90s, 5m or 2h");
    assertThat(temp.resolve("x")).doesNotExist();
  }

  @Test
  void tooLittleTimeIsRefusedBeforeAnythingIsWritten() {
    assertThat(run("demo", "--for", "3s", "--out", temp.resolve("x").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--for is 3 s; give 10s or more");
    assertThat(temp.resolve("x")).doesNotExist();
  }

  @Test
  void theRecipeTakesTheTimeOfThePlan() {
    assertThat(new DemoFiles(temp).recipe(17)).contains("\"seconds\" : 17,");
  }
}
