package dev.stlm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(args);
  }

  @Test
  void successIsZeroAndSilent() {
    assertThat(run("fail")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void invalidInputIsOneLineAndCodeTwo() {
    assertThat(run("fail", "--how", "input")).isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("stlm: width is 0; allowed: 1 or more");
  }

  @Test
  void missingFileIsOneLineAndCodeTwo() {
    assertThat(run("fail", "--how", "file")).isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("stlm: gone.txt: no such file; check the path");
  }

  @Test
  void aBugKeepsItsStackTraceAndIsCodeOne() {
    assertThat(run("fail", "--how", "bug")).isEqualTo(1);
    assertThat(err.toString()).contains("IllegalStateException: a bug").contains("\tat ");
  }

  @Test
  void wrongFlagNamesItAndPointsToHelp() {
    assertThat(run("fail", "--what")).isEqualTo(2);
    assertThat(err.toString()).contains("--what").doesNotContain("\tat ");
  }

  @Test
  void helpListsEveryCommandWithOneLine() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .containsPattern("(?m)^  fail +Fail in a given way.$")
        .contains("generate-completion");
  }

  @Test
  void completionScriptKnowsTheCommands() {
    assertThat(run("generate-completion")).isZero();
    assertThat(out.toString()).contains("fail").contains("complete -F");
  }

  @Test
  void progressWithoutTerminalPrintsPlainLines() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Progress p =
        Progress.plain(
            "read", 10, 0, "bytes", new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      p.note("fine");
      p.to(10);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("read: 10 of 10 bytes")
        .contains("fine")
        .doesNotContain("\r");
  }

  @Test
  void progressOfWhatGoesOnCountsWhatWasDoneBeforeButNotForTheRate() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Progress.plain("read", 100, 90, "bytes", new PrintStream(bytes, true, StandardCharsets.UTF_8))
        .close();
    assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("read: 90 of 100 bytes, 0 bytes/s");
  }
}
