package dev.stlm.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.kit.TinyModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {
  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void aModelOnDisk() {
    CheckpointDirectory.write(TinyModels.plain(), dir.resolve("model"));
  }

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  @Test
  void evalScoresACheckpointAndReportWritesItsPage() throws Exception {
    Path text = Files.writeString(dir.resolve("text.txt"), "Held out. ".repeat(1000));
    String model = dir.resolve("model").toString();
    String results = dir.resolve("results/a").toString();
    String page = dir.resolve("page.html").toString();
    assertThat(
            run(
                "eval",
                model,
                "--tasks",
                "bits_per_byte,blimp_causative",
                "--limit",
                "3",
                "--text",
                text.toString(),
                "--out",
                results))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("bits_per_byte").contains("blimp_causative acc");
    assertThat(run("report", dir.resolve("results").toString(), "-o", page)).isZero();
    assertThat(Path.of(page)).content().contains("<title>Model scores</title>");
  }

  @Test
  void whatTheUserGetsWrongIsOneLineAndExitCodeTwo() {
    String model = dir.resolve("model").toString();
    String[][] lines = {
      {"eval"},
      {"eval", model, "--tasks", "blmp"},
      {"eval", model, "--limit", "0"},
      {"eval", model, "--fewshot", "-1"},
      {"eval", model, "--runtime", "abacus", "--tasks", "winogrande"},
      {"eval", model, "--tasks", "bits_per_byte"},
      {"eval", model, "--tasks", "bits_per_byte", "--text", "/no/such/file"},
      {"eval", model, "--tasks", "arc_challenge"},
      {"eval", model, "--data", "/no/such/directory"},
      {"eval", "/no/such/model", "--tasks", "winogrande"},
      {"report", "/no/such/results"},
      {"report", dir.toString()},
    };
    for (String[] line : lines) {
      err.getBuffer().setLength(0);
      assertThat(run(line)).as(String.join(" ", line)).isEqualTo(2);
      assertThat(err.toString().lines()).as(err.toString()).hasSize(1);
      assertThat(err.toString()).startsWith("stlm: ");
    }
    assertThat(dir.resolve("results")).doesNotExist();
  }

  @Test
  void theListNamesTasksAndGroups() {
    assertThat(run("eval", "--list")).isZero();
    assertThat(out.toString())
        .contains("blimp ")
        .contains("winogrande")
        .doesNotContain("causative");
  }
}
