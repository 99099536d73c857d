package dev.stlm.serving.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the name of the machine comes from. */
class MachineNameTest {
  @TempDir Path directory;

  @Test
  void theEnvironmentComesBeforeTheSystem() throws IOException {
    Path file = Files.writeString(directory.resolve("hostname"), "kernel\n");
    assertThat(MachineName.of(Map.of("HOSTNAME", "mine"), file)).contains("mine");
    assertThat(MachineName.of(Map.of(), file)).contains("kernel");
  }

  @Test
  void aSystemThatDoesNotSayLeavesItToTheLogManager() throws IOException {
    assertThat(MachineName.of(Map.of(), directory.resolve("none"))).isEmpty();
    Path file = Files.writeString(directory.resolve("hostname"), "\n");
    assertThat(MachineName.of(Map.of(), file)).isEmpty();
  }
}
