package dev.stlm.training.internal.prepare.input;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that inputs stand for. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Files as given, and those below directories, sorted by path.
   *
   * @throws InvalidInputException if an input is missing or a directory holds nothing to read
   */
  public static List<Path> of(List<String> inputs) {
    List<Path> files = new ArrayList<>();
    for (String input : inputs) {
      Path path = Path.of(input);
      if (Files.isDirectory(path)) {
        files.addAll(below(path));
      } else if (Files.isReadable(path)) {
        files.add(path);
      } else {
        throw new InvalidInputException(
            path
                + (Files.exists(path)
                    ? ": can not be read; check its access rights"
                    : ": no such file; check the path"));
      }
    }
    return files;
  }

  private static List<Path> below(Path directory) {
    try (Stream<Path> walk = Files.walk(directory)) {
      List<Path> files =
          walk.filter(Files::isRegularFile)
              .filter(InputFormat::isFound)
              .sorted((a, b) -> a.toString().compareTo(b.toString()))
              .toList();
      if (files.isEmpty()) {
        throw new InvalidInputException(
            directory
                + ": holds no .txt, .jsonl, .ndjson or .parquet file (nor one with .gz or .zst);"
                + " name the files");
      }
      return files;
    } catch (IOException e) {
      throw new InvalidInputException(directory + ": can not be read (" + e + ")", e);
    }
  }
}
