package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Resident memory of a training process with the heap settings of the launcher. */
class TrainingMemoryTest {
  @TempDir private Path dir;

  @Test
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  void atStep700ItIsAtMostFivePercentAboveStep400() throws Exception {
    Path text = dir.resolve("text.txt");
    Files.writeString(text, "she sells sea shells by the sea shore and he does not. ".repeat(4000));
    Path printed = dir.resolve("printed");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmn16m",
                "-Xms96m",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.offline=true",
                "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                text.toString())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(child.waitFor(240, TimeUnit.SECONDS)).as("ended in time").isTrue();
    List<String> lines = Files.readAllLines(printed);
    assertThat(child.exitValue()).as(String.join("\n", lines)).isZero();
    // by then code is compiled and allocators have what they keep
    long at400 = kilobytes(lines, "step 400: ");
    long at700 = kilobytes(lines, "step 700: ");
    assertThat(at700 / (double) at400).as("%d kB, then %d kB", at400, at700).isLessThan(1.05);
  }

  private static long kilobytes(List<String> lines, String prefix) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Trains 700 steps and prints its resident size at two of them. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      TrainingConfig config =
          TrainingConfig.of(
                  Budget.ofSteps(700), new BatchConfig(4, 128, 1), OptimizerConfig.of(3e-3))
              .withValidations(0);
      TrainingRun.of(
              InitialCheckpoint.random(Presets.named("nano"), new ByteTokenizer(), 1),
              Path.of(args[0]),
              config)
          .device("cpu")
          .listener(
              new TrainingListener() {
                @Override
                public void stepped(StepMetrics m) {
                  if (m.step() == 400 || m.step() == 700) {
                    System.out.println("step " + m.step() + ": " + residentKilobytes());
                  }
                }
              })
          .build()
          .run();
    }

    private static String residentKilobytes() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .map(line -> line.replaceAll("\\D", ""))
            .findFirst()
            .orElseThrow();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
