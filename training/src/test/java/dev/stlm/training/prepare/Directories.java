package dev.stlm.training.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** Compares whole directories. */
public final class Directories {
  private Directories() {}

  /** Fails unless both hold files of the same names and bytes. */
  public static void assertSame(Path one, Path other) throws IOException {
    Map<String, byte[]> expected = files(one);
    Map<String, byte[]> found = files(other);
    Assertions.assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, bytes) -> Assertions.assertThat(found.get(name)).as(name).isEqualTo(bytes));
  }

  private static Map<String, byte[]> files(Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }
}
