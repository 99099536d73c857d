package dev.stlm.serving.cli;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model to serve.
 *
 * @param name in the API, not blank
 * @param directory of its checkpoint
 */
public record ServedDirectory(String name, Path directory) {
  public ServedDirectory {
    if (name.isBlank()) {
      throw new InvalidInputException("serve: --name must not be empty");
    }
  }

  /**
   * A directory, named as it is, or {@code NAME=DIR}.
   *
   * @throws InvalidInputException if there is no such directory
   */
  static ServedDirectory parse(String argument) {
    int equals = argument.indexOf('=');
    if (equals > 0 && !Files.exists(Path.of(argument))) {
      return of(argument.substring(0, equals), Path.of(argument.substring(equals + 1)));
    }
    Path directory = Path.of(argument);
    Path last = directory.toAbsolutePath().normalize().getFileName();
    return of(last == null ? "model" : last.toString(), directory);
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
