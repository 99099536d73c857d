package dev.stlm.training.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.data.DataManifest;
import dev.stlm.training.prepare.Directories;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, killed, and with little memory. */
class PrepareCommandTest {
  @TempDir private Path dir;

  @Test
  void aPreparationThatWasKilledAndRunAgainGivesTheBytesOfAnUnbrokenOne() throws Exception {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inputs.add(write("part" + i + ".txt", i, 4 << 20).toString());
    }
    Path unbroken = dir.resolve("unbroken");
    StlmProcess whole = start(64, arguments(inputs, unbroken));
    assertThat(whole.finish()).isZero();
    assertThat(whole.output())
        .anyMatch(line -> line.startsWith("train: "))
        .contains("next: stlm train --text " + unbroken);
    Path killed = dir.resolve("killed");
    StlmProcess process = start(64, arguments(inputs, killed));
    process.await(() -> unitIn(killed.resolve(".work")));
    process.kill();
    assertThat(killed.resolve(DataManifest.FILE)).doesNotExist();
    assertThat(start(64, arguments(inputs, killed)).finish()).isZero();
    Directories.assertSame(unbroken, killed);
  }

  @Test
  void wrongInputIsOneLineAndExitCode2() throws Exception {
    Path bad = dir.resolve("bad.jsonl");
    Files.writeString(bad, "{\"text\": \"a\"}\n{\"text\": 3}\n");
    StlmProcess process = start(64, arguments(List.of(bad.toString()), dir.resolve("x")));
    assertThat(process.finish()).isEqualTo(2);
    assertThat(process.output())
        .last()
        .isEqualTo(
            "stlm: " + bad + ": line 2 field \"text\" is not a text; name the field with the text");
  }

  /** 160 MB of text in a heap of 48 MB. */
  @Test
  @Tag("slow")
  void textIsNotHeldInMemory() throws Exception {
    Path text = write("large.txt", 1, 160 << 20);
    assertThat(start(48, arguments(List.of(text.toString()), dir.resolve("out"))).finish())
        .isZero();
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

  private StlmProcess start(int heapMegabytes, List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("prepare"));
    all.addAll(arguments);
    return StlmProcess.start(dir.resolve("output"), heapMegabytes, all);
  }

  /** Whether a unit is done. */
  private static boolean unitIn(Path work) {
    try (Stream<Path> units = Files.list(work)) {
      return units.anyMatch(p -> p.getFileName().toString().startsWith("read-"));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
