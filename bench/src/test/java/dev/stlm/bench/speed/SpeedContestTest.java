package dev.stlm.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.cli.Main;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SpeedContestTest {
  private static final byte[] TEXT =
      "the boat came in late, and nobody saw it. ".repeat(9).getBytes(StandardCharsets.UTF_8);

  @Test
  void quartilesAreThoseOfTheSortedValues() {
    assertThat(Quartiles.of(new double[] {5, 1, 3, 2, 4})).isEqualTo(new Quartiles(2, 3, 4));
    assertThat(Quartiles.of(new double[] {1, 2})).isEqualTo(new Quartiles(1.25, 1.5, 1.75));
    assertThat(Quartiles.of(new double[] {7})).isEqualTo(new Quartiles(7, 7, 7));
  }

  @Test
  void aModelWithDraftsWritesTheSameTextBothWays() {
    String json = StrictJson.text(Presets.named("tiny-pooled"));
    ModelConfig drafting =
        StrictJson.read(
            json.replaceFirst("\\{", "{\"futureIds\": 2,"), ModelConfig.class, "drafting");
    Checkpoint checkpoint = InitialCheckpoint.random(drafting, new ByteTokenizer(), 5);
    try (LanguageModel model = new CpuRuntime().load(checkpoint)) {
      List<SpeedContest.Line> lines = new SpeedContest(Work.WRITE, Map.of("m", model), TEXT).run(2);
      assertThat(lines)
          .extracting(SpeedContest.Line::name)
          .containsExactly("m, plain", "m, speculating");
      assertThat(lines.getFirst().ratio()).isEqualTo(new Quartiles(1, 1, 1));
      assertThat(lines).allSatisfy(l -> assertThat(l.bytesPerSecond().low()).isPositive());
      assertThat(Competitor.of("a", model, true, TEXT).written().text())
          .isEqualTo(Competitor.of("b", model, false, TEXT).written().text());
    }
  }

  @Test
  void theCommandComparesPresetsAndRefusesWhatIsNone() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    for (String work : List.of("STEP", "PROMPT")) {
      assertThat(line.execute("speed", "tiny", "tiny-pooled", "--work", work, "--turns", "2"))
          .as(err.toString())
          .isZero();
    }
    assertThat(out.toString().lines().filter(l -> l.matches("tiny(-pooled)? .*\\(.*"))).hasSize(4);
    assertThat(line.execute("speed", "tiny", "--busy", "2", "--threads", "2", "--turns", "2"))
        .as(err.toString())
        .isZero();
    assertThat(
            out.toString().lines().filter(l -> l.startsWith("tiny, ")).map(l -> l.split("  ")[0]))
        .containsExactly(
            "tiny, 1 thread",
            "tiny, 1 thread, 2 busy beside",
            "tiny, 2 threads",
            "tiny, 2 threads, 2 busy beside");
    assertThat(line.execute("speed", "tiny", "--busy", "-1")).isEqualTo(2);
    assertThat(line.execute("speed", "huge")).isEqualTo(2);
    assertThat(line.execute("speed", "tiny", "--turns", "0")).isEqualTo(2);
    assertThat(line.execute("speed", "tiny", "tiny")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(4).allMatch(l -> l.startsWith("stlm: "));
  }
}
