package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.data.DataManifest;
import dev.stlm.training.prepare.Directories;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, killed, and with little memory. */
class PrepareCommandTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private Path dir;

  @Test
  void aPreparationThatWasKilledAndRunAgainGivesTheBytesOfAnUnbrokenOne() throws Exception {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inputs.add(write("part" + i + ".txt", i, 4 << 20).toString());
    }
    Path unbroken = dir.resolve("unbroken");
    assertThat(finish(start(64, arguments(inputs, unbroken)))).isZero();
    assertThat(output())
        .anyMatch(line -> line.startsWith("train: "))
        .contains("next: stlm train --text " + unbroken);
    Path killed = dir.resolve("killed");
    Process process = start(64, arguments(inputs, killed));
    awaitUnit(killed.resolve(".work"), process);
    process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(killed.resolve(DataManifest.FILE)).doesNotExist();
    assertThat(finish(start(64, arguments(inputs, killed)))).isZero();
    Directories.assertSame(unbroken, killed);
  }

  @Test
  void wrongInputIsOneLineAndExitCode2() throws Exception {
    Path bad = dir.resolve("bad.jsonl");
    Files.writeString(bad, "{\"text\": \"a\"}\n{\"text\": 3}\n");
    assertThat(finish(start(64, arguments(List.of(bad.toString()), dir.resolve("x")))))
        .isEqualTo(2);
    assertThat(output())
        .last()
        .isEqualTo(
            "stlm: " + bad + ": line 2 field \"text\" is not a text; name the field with the text");
  }

  /** 160 MB of text in a heap of 48 MB. */
  @Test
  @Tag("slow")
  void textIsNotHeldInMemory() throws Exception {
    Path text = write("large.txt", 1, 160 << 20);
    assertThat(finish(start(48, arguments(List.of(text.toString()), dir.resolve("out"))))).isZero();
  }

  private static List<String> arguments(List<String> inputs, Path out) {
    List<String> arguments = new ArrayList<>(inputs);
    arguments.addAll(List.of("--threads", "1", "--out", out.toString()));
    return arguments;
  }

  private Path write(String name, long seed, long bytes) throws IOException {
    Path file = dir.resolve(name);
    SplittableRandom random = new SplittableRandom(seed);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (long written = 0; written < bytes; ) {
        StringBuilder document = new StringBuilder();
        int words = 200 + random.nextInt(2000);
        for (int i = 0; i < words; i++) {
          document.append("word").append(random.nextInt(100_000)).append(i % 12 == 0 ? '\n' : ' ');
        }
        document.append("\n<|endoftext|>\n");
        out.write(document.toString().getBytes(StandardCharsets.UTF_8));
        written += document.length();
      }
    }
    return file;
  }

  private Process start(int heapMegabytes, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx" + heapMegabytes + "m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.stlm.cli.Main",
            "prepare"));
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

  private List<String> output() throws IOException {
    return Files.readAllLines(dir.resolve("output"));
  }

  /** Waits for the first unit that is done. */
  private static void awaitUnit(Path work, Process process) throws Exception {
    for (int i = 0; i < PATIENCE_SECONDS * 100; i++) {
      if (Files.isDirectory(work)) {
        try (Stream<Path> units = Files.list(work)) {
          if (units.anyMatch(p -> p.getFileName().toString().startsWith("read-"))) {
            return;
          }
        }
      }
      assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).as("ended too early").isFalse();
    }
    throw new AssertionError("no unit was done in time");
  }
}
