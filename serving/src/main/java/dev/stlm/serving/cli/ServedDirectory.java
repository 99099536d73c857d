package dev.stlm.serving.cli;

import dev.stlm.model.checkpoint.CheckpointBundle;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model to serve.
 *
 * @param name in the API, not blank
 * @param directory of its checkpoint, or an executable with a model inside
 */
public record ServedDirectory(String name, Path directory) {
  public ServedDirectory {
    if (name.isBlank()) {
      throw new InvalidInputException("serve: --name must not be empty");
    }
  }

  /**
   * {@code DIR}, named as it is, or {@code NAME=DIR}.
   *
   * @throws InvalidInputException if there is no such directory, nor an executable with a model
   */
  static ServedDirectory parse(String argument) {
    int equals = argument.indexOf('=');
    if (equals > 0 && !Files.exists(Path.of(argument))) {
      return of(argument.substring(0, equals), Path.of(argument.substring(equals + 1)));
    }
    Path path = Path.of(argument);
    return of(nameOf(path), path);
  }

  /** What a model is called unless someone says: as it was inside an executable, else its path. */
  static String nameOf(Path model) {
    Path last = model.toAbsolutePath().normalize().getFileName();
    return CheckpointBundle.find(model)
        .map(CheckpointBundle::name)
        .orElseGet(() -> last == null ? "model" : last.toString());
  }

  private static ServedDirectory of(String name, Path directory) {
    if (!Files.exists(directory)) {
      throw new InvalidInputException(
          directory
              + ": no such directory; give a checkpoint directory, such as one that train made");
    }
    return new ServedDirectory(name, directory);
  }
}
