package dev.stlm.serving.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The name of this machine, for log records. Left to itself, the log manager asks the resolver of
 * the network for it with the first record, which costs two milliseconds of a start, and more where
 * the network is slow to answer.
 */
public final class MachineName {
  /** What the log manager looks at first. */
  static final String PROPERTY = "jboss.qualified.host.name";

  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private MachineName() {}

  /** Sets what the log manager reads, unless it is set; before the first record. */
  public static void set() {
    if (System.getProperty(PROPERTY) == null && System.getProperty("jboss.host.name") == null) {
      of(System.getenv(), LINUX).ifPresent(name -> System.setProperty(PROPERTY, name));
    }
  }

  /** The name in the environment, else in a file; empty where there is none, not on Linux. */
  static Optional<String> of(Map<String, String> environment, Path file) {
    return Optional.ofNullable(environment.get("HOSTNAME"))
        .or(() -> inFile(file))
        .map(String::strip)
        .filter(name -> !name.isEmpty());
  }

  private static Optional<String> inFile(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
