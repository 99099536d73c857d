package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command of the project in a process of its own; what it prints goes to a file. */
record StlmProcess(Process process, Path printed) {
  private static final long PATIENCE_SECONDS = 120;

  /** Starts {@code stlm} with these arguments, in a heap of so many MB. */
  static StlmProcess start(Path printed, int heapMegabytes, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx" + heapMegabytes + "m",
                "-Dai.djl.offline=true",
                "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.stlm.cli.Main"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    return new StlmProcess(process, printed);
  }

  /** Waits for its end; gives the exit code. */
  int finish() throws InterruptedException {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("ended in time").isTrue();
    return process.exitValue();
  }

  /** Waits until something is true, which must be before the process ends. */
  void await(BooleanSupplier done) throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 50 && !done.getAsBoolean(); i++) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).as("ended too early").isFalse();
    }
    assertThat(done.getAsBoolean()).isTrue();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** SIGINT, which is what Ctrl-C sends. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  /** What it has printed, but for the JVM's word on the vector module. */
  List<String> output() throws IOException {
    return Files.readAllLines(printed).stream()
        .filter(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
        .toList();
  }
}
