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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, killed and interrupted. */
class TrainCommandTest {
  private static final long PATIENCE_SECONDS = 120;

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
    assertThat(finish(start(muonWithAverage(unbroken)))).isZero();
    Process process = start(muonWithAverage(killed));
    awaitCheckpoint(killed, process);
    process.destroyForcibly();
    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(steps(killed)).as("killed before the end").isLessThan(160);
    assertThat(finish(start(List.of("--resume", "--out", killed.toString())))).isZero();
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
    Process process = start(arguments);
    awaitStep(out, process);
    assertThat(watched("metrics?file=&from=0")).contains("\"bitsPerByte\":");
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(finish(process)).isEqualTo(130);
    assertThat(steps(out)).isBetween(1, 999_999);
    assertThat(output())
        .anyMatch(line -> line.startsWith("go on with: stlm train --resume"))
        .anyMatch(line -> line.matches("time: .* s, of it steps .* outside the engine.*"))
        .noneMatch(line -> line.contains("WARN"));
  }

  @Test
  void wrongInputIsOneLineAndExitCode2() throws Exception {
    Path missing = dir.resolve("missing.txt");
    Process process =
        start(List.of("--text", missing.toString(), "--out", dir.resolve("x").toString()));
    assertThat(finish(process)).isEqualTo(2);
    assertThat(output()).containsExactly("stlm: " + missing + ": no such file; check the path");
    assertThat(dir.resolve("x")).doesNotExist();
  }

  @Test
  void aTokenizerThatDoesNotFitTheModelIsOneLineAndExitCode2() throws Exception {
    List<String> arguments = new ArrayList<>(training(dir.resolve("x"), 1));
    arguments.addAll(List.of("--tokenizer", "gpt2"));
    assertThat(finish(start(arguments))).isEqualTo(2);
    assertThat(output())
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
    assertThat(finish(start(arguments))).isZero();
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

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx1g",
            "-Dai.djl.offline=true",
            "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.stlm.cli.Main",
            "train"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("output").toFile())
        .start();
  }

  private int finish(Process process) throws Exception {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("ended in time").isTrue();
    return process.exitValue();
  }

  private static void awaitCheckpoint(Path run, Process process) throws InterruptedException {
    await(() -> Files.exists(run.resolve("last/state/run.json")), process);
  }

  private static void awaitStep(Path run, Process process) throws InterruptedException {
    Path metrics = run.resolve("metrics.jsonl");
    await(() -> metrics.toFile().length() > 0, process);
  }

  /** What the page's server, whose address the process has printed, answers. */
  private String watched(String path) throws Exception {
    String address =
        output().stream()
            .filter(line -> line.startsWith("watch: "))
            .map(line -> line.substring("watch: ".length()))
            .findFirst()
            .orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static void await(java.util.function.BooleanSupplier done, Process process)
      throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 20 && !done.getAsBoolean(); i++) {
      assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).as("ended too early").isFalse();
    }
    assertThat(done.getAsBoolean()).isTrue();
  }

  /** What the process printed, but for the JVM's word on the vector module. */
  private List<String> output() throws IOException {
    return Files.readAllLines(dir.resolve("output")).stream()
        .filter(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
        .toList();
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
