package dev.stlm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Both streams into one file, as {@code stlm … > log 2>&1} has them. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class StandardStreamsTest {
  @Test
  void resultsAndMessagesInOneFileDoNotWriteOverEachOther(@TempDir Path dir)
      throws IOException, InterruptedException {
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dstlm.stderr=2",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllLines(log)).containsExactly("result", "message", "result", "message");
  }

  /** Runs in a JVM of its own. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      StandardStreams.install();
      for (int i = 0; i < 2; i++) {
        System.out.println("result");
        System.err.println("message");
      }
    }
  }
}
