package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, killed and interrupted. */
class TrainCommandTest {
  @TempDir Path dir;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = dir.resolve("text.txt");
    Files.writeString(text, "she sells sea shells by the sea shore and he does not. ".repeat(400));
  }

  @Test
  void aRunThatWasKilledAndResumedGivesTheBitsOfAnUnbrokenOne() throws Exception {
    Path unbroken = dir.resolve("unbroken");
    Path killed = dir.resolve("killed");
    assertThat(start(muonWithAverage(unbroken)).finish()).isZero();
    StlmProcess process = start(muonWithAverage(killed));
    process.await(() -> Files.exists(killed.resolve("last/state/run.json")));
    process.kill();
    assertThat(steps(killed)).as("killed before the end").isLessThan(160);
    assertThat(start(List.of("--resume", "--out", killed.toString())).finish()).isZero();
    assertThat(killed.resolve("last/model.safetensors"))
        .hasSameBinaryContentAs(unbroken.resolve("last/model.safetensors"));
    assertThat(killed.resolve("last/state/optimizer.safetensors"))
        .hasSameBinaryContentAs(unbroken.resolve("last/state/optimizer.safetensors"));
  }

  @Test
  void anInterruptedRunWritesACheckpointAndExitsWith130() throws Exception {
    Path out = dir.resolve("run");
    List<String> arguments = new ArrayList<>(training(out, 1_000_000));
    arguments.addAll(List.of("--watch", "0"));
    StlmProcess process = start(arguments);
    process.await(() -> out.resolve("metrics.jsonl").toFile().length() > 0);
    assertThat(watched(process, "metrics?file=&from=0")).contains("\"bitsPerByte\":");
    process.interrupt();
    assertThat(process.finish()).isEqualTo(130);
    assertThat(steps(out)).isBetween(1, 999_999);
    assertThat(process.output())
        .anyMatch(line -> line.startsWith("go on with: stlm train --resume"))
        .anyMatch(line -> line.matches("time: .* s, of it steps .* outside the engine.*"))
        .noneMatch(line -> line.contains("WARN"));
  }

  @Test
  void wrongInputIsOneLineAndExitCode2() throws Exception {
    Path missing = dir.resolve("missing.txt");
    StlmProcess process =
        start(List.of("--text", missing.toString(), "--out", dir.resolve("x").toString()));
    assertThat(process.finish()).isEqualTo(2);
    assertThat(process.output())
        .containsExactly("stlm: " + missing + ": no such file; check the path");
    assertThat(dir.resolve("x")).doesNotExist();
  }

  @Test
  void aTokenizerThatDoesNotFitTheModelIsOneLineAndExitCode2() throws Exception {
    List<String> arguments = new ArrayList<>(training(dir.resolve("x"), 1));
    arguments.addAll(List.of("--tokenizer", "gpt2"));
    StlmProcess process = start(arguments);
    assertThat(process.finish()).isEqualTo(2);
    assertThat(process.output())
        .containsExactly(
            "stlm: train: --tokenizer gpt2 has 50257 ids and the model 260; give the tokenizer or"
                + " the model that fits");
    assertThat(dir.resolve("x")).doesNotExist();
  }

  @Test
  void aPooledModelIsTrainedFromItsConfig() throws Exception {
    Path config = dir.resolve("pooled.json");
    StrictJson.write(config, Presets.named("tiny-pooled"));
    Path out = dir.resolve("run");
    List<String> arguments = new ArrayList<>(training(out, 3));
    int preset = arguments.indexOf("--preset");
    arguments.set(preset, "--config");
    arguments.set(preset + 1, config.toString());
    assertThat(start(arguments).finish()).isZero();
    assertThat(CheckpointDirectory.open(out.resolve("last")).config())
        .isEqualTo(Presets.named("tiny-pooled"));
  }

  /** 160 steps of the optimiser that remembers most. */
  private List<String> muonWithAverage(Path out) {
    List<String> arguments = new ArrayList<>(training(out, 160));
    arguments.addAll(List.of("--optimizer", "muon", "--ema", "0.99", "--schedule", "wsd"));
    return arguments;
  }

  private List<String> training(Path out, int steps) {
    return List.of(
        "--text",
        text.toString(),
        "--out",
        out.toString(),
        "--preset",
        "tiny",
        "--device",
        "cpu",
        "--steps",
        Integer.toString(steps),
        "--batch",
        "4",
        "--sequence",
        "64",
        "--threads",
        "1",
        "--validations",
        Integer.toString(Math.max(8, steps / 100)));
  }

  private StlmProcess start(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(arguments);
    return StlmProcess.start(dir.resolve("output"), 1024, all);
  }

  /** What the page's server, whose address the process has printed, answers. */
  private static String watched(StlmProcess process, String path) throws Exception {
    String address =
        process.output().stream()
            .filter(line -> line.startsWith("watch: "))
            .map(line -> line.substring("watch: ".length()))
            .findFirst()
            .orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static int steps(Path run) {
    String steps =
        CheckpointDirectory.open(run.resolve("last"))
            .history()
            .entries()
            .getLast()
            .details()
            .get("steps");
    return Integer.parseInt(java.util.Objects.requireNonNull(steps));
  }
}
