package dev.stlm.docs.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the project that tests read. */
final class ProjectFiles {
  /** The root of the project: the parent of the directory that a module's tests run in. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private ProjectFiles() {}

  /** The README and every guide. */
  static List<Path> guides() {
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md")),
              files
                  .filter(f -> f.toString().endsWith(".md") && !f.toString().contains("/target/"))
                  .sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
