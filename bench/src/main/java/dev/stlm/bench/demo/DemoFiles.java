package dev.stlm.bench.demo;

import dev.stlm.model.storage.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the demo reads and where it writes. Texts, configs and recipe are copied out of the program,
 * so that the user finds them and can run the other commands on them.
 *
 * @param out directory of everything
 */
record DemoFiles(Path out) {
  private static final String[] SHIPPED = {
    "train.txt", "heldout.txt", "teacher.json", "student.json", "recipe.json", "SOURCE.md"
  };

  /** Copies what ships into the directory. */
  void unpack() {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String name : SHIPPED) {
      AtomicFile.write(out.resolve(name), shipped(name));
    }
  }

  static byte[] shipped(String name) {
    try (InputStream in = DemoFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path text() {
    return out.resolve("train.txt");
  }

  Path heldOut() {
    return out.resolve("heldout.txt");
  }

  /** Recipe with the time that recovery may take. */
  String recipe(long recoverySeconds) {
    return new String(shipped("recipe.json"), StandardCharsets.UTF_8)
        .replaceFirst("\"seconds\" : \\d+", "\"seconds\" : " + recoverySeconds);
  }

  Path teacher() {
    return out.resolve("teacher");
  }

  Path student() {
    return out.resolve("student");
  }

  Path steps() {
    return out.resolve("steps");
  }

  /** The finished model. */
  Path model() {
    return out.resolve("model");
  }

  Path results() {
    return out.resolve("results");
  }

  Path report() {
    return out.resolve("report.html");
  }
}
