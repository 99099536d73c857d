package dev.stlm.bench.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.Activation;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FfnConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.gguf.GgufExport;
import dev.stlm.model.gguf.GgufType;
import dev.stlm.model.kit.CommandRun;
import dev.stlm.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The comparison with a program in llama.cpp's place that answers at once, and always the same. */
class CompareCommandTest {
  private static final int IDS = 8;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource
  void bothSidesHaveTheSameWeights(GgufType type) {
    Checkpoint shared = SharedWeights.of(model(), type);
    assertThat(GgufExport.write(shared, type, temp.resolve("m.gguf")).relativeError()).isZero();
    Checkpoint again = SharedWeights.of(shared, type);
    assertThat(again.tensor("embed").toFloats()).isEqualTo(shared.tensor("embed").toFloats());
  }

  @Test
  void agreementIsMeasuredOnDistributions() {
    float[][] ours = {{0, 1, 2}, {3, 0, 0}};
    Agreement same = Agreement.of(ours, ours);
    assertThat(same).isEqualTo(new Agreement(2, 0, 0, 1, 0));
    Agreement other = Agreement.of(ours, new float[][] {{0, 1, 2}, {0, 3, 0}});
    assertThat(other.largestDifference()).isEqualTo(3);
    assertThat(other.sameTop()).isEqualTo(0.5);
    double p = Math.exp(3) / (Math.exp(3) + 2);
    double q = 1 / (Math.exp(3) + 2);
    // only two of the three ids change places
    assertThat(other.divergence()).isCloseTo((p - q) * 3 / Math.log(2) / 2, within(1e-12));
    // squares of 3, twice, over variances of 2 and of 6
    assertThat(other.relativeDifference()).isCloseTo(Math.sqrt(18 / 8.0), within(1e-12));
  }

  @Test
  void figuresOfBothArePrintedAndGivenAsJson() throws IOException {
    Path directory = temp.resolve("model");
    CheckpointDirectory.write(model(), directory);
    String python = stub(true);
    String[] args = {
      directory.toString(),
      "--type=q8_0,q4_0",
      "--threads=1,2",
      "--rounds=3",
      "--prompt=4",
      "--decode=4",
      "--python=" + python
    };
    CommandRun table = run(args);
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out().lines())
        .anyMatch(line -> line.contains("llama-cpp-python 1.2.3"))
        .anyMatch(line -> line.startsWith("q8_0, decode, 1 threads"))
        .anyMatch(line -> line.startsWith("q4_0, prompt, 2 threads"));
    String[] more = java.util.Arrays.copyOf(args, args.length + 2);
    more[args.length] = "--json";
    more[args.length + 1] = "--watts=5";
    CommandRun json = run(more);
    JsonNode report = StrictJson.readTree(json.out(), "out");
    assertThat(report.at("/llamaCppSystem").textValue()).isEqualTo("AVX2 = 1");
    assertThat(report.at("/results")).hasSize(2);
    JsonNode duel = report.at("/results/0/duels/0");
    assertThat(duel.at("/work").textValue()).isEqualTo("decode");
    assertThat(duel.at("/theirs/median").doubleValue()).isCloseTo(8, within(1e-9));
    assertThat(duel.at("/theirCpu").doubleValue()).isCloseTo(250, within(1e-9));
    assertThat(duel.at("/ratio/median").doubleValue())
        .isCloseTo(duel.at("/ours/median").doubleValue() / 8, within(1e-9));
    assertThat(report.at("/results/0/agreement/positions").intValue()).isEqualTo(IDS);
    assertThat(report.at("/results/0/agreement/largestDifference").doubleValue()).isPositive();
  }

  @Test
  void whatIsMissingIsOneLineAndCode2() throws IOException {
    Path directory = temp.resolve("model");
    CheckpointDirectory.write(model(), directory);
    assertThat(refusal("--python=" + temp.resolve("none")))
        .contains("can not be started")
        .contains("STLM_PYTHON");
    assertThat(refusal("--python=" + stub(false)))
        .contains("can not load llama-cpp-python: ModuleNotFoundError")
        .contains("pip install llama-cpp-python");
    assertThat(refusal("--type=q9", "--python=" + stub(true))).contains("q9");
    assertThat(refusal("--threads=0", "--python=" + stub(true))).contains("--threads is 0");
    assertThat(refusal(directory.toString(), "--python=" + stub(true), "--prompt=100"))
        .contains("ask for 228 ids");
    CommandRun program = run("--python=" + stub(true), "x");
    assertThat(program.code()).isEqualTo(2);
  }

  @Test
  void aPlanSaysHowManyTurnsItTakes() {
    // of decoding and of the prompt, 3 that count and 4 before them, on two numbers of threads
    assertThat(new Contest.Plan(4, 4, 3, List.of(1, 2)).allTurns()).isEqualTo(28);
  }

  /** A program that takes the place of Python and knows the protocol. */
  private String stub(boolean works) throws IOException {
    String floats = Base64.getEncoder().encodeToString(new byte[IDS * 260 * Float.BYTES]);
    String script =
        works
            ? """
            #!/bin/sh
            echo '{"version": "1.2.3", "system": "AVX2 = 1"}'
            while read -r line; do
              case $line in
              *'"logits"'*) echo '{"floats": "%s"}' ;;
              *) echo '{"wall": 0.5, "cpu": 1.0, "vocabulary": 260}' ;;
              esac
            done
            """
                .formatted(floats)
            : """
            #!/bin/sh
            echo '{"error": "can not load llama-cpp-python: ModuleNotFoundError: none"}'
            """;
    Path file = temp.resolve(works ? "python" : "broken");
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private static Checkpoint model() {
    FlatConfig config =
        new FlatConfig(
            260,
            64,
            32,
            2,
            new AttentionConfig(2, 1, 16, 10_000, true),
            new FfnConfig(64, Activation.SWIGLU),
            1e-5,
            true,
            Optional.empty());
    return SharedWeights.random(config, new ByteTokenizer(), 3);
  }

  private static String refusal(String... args) {
    CommandRun printed = run(args);
    assertThat(printed.code()).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1);
    return printed.err();
  }

  private static CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of("compare", "llama.cpp"));
    all.addAll(List.of(args));
    return CommandRun.of(all.toArray(String[]::new));
  }
}
