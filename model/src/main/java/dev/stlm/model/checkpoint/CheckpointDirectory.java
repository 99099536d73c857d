package dev.stlm.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.model.safetensors.SafetensorsWriter;
import dev.stlm.model.storage.AtomicDirectory;
import dev.stlm.model.storage.AtomicFile;
import dev.stlm.model.storage.JsonText;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checkpoints on disk: a directory with {@code config.json}, {@code model.safetensors}, {@code
 * tokenizer.json} and {@code history.json}, and perhaps the state of an optimiser in {@code
 * state/}.
 *
 * <p>The same checkpoint is written as the same bytes. A directory is replaced whole: its readers,
 * and whoever comes after a crash, see the old checkpoint or the new one.
 */
public final class CheckpointDirectory {
  /** What the model is. */
  public static final String CONFIG = "config.json";

  /** Its parameters. */
  public static final String WEIGHTS = "model.safetensors";

  /** How text becomes ids. */
  public static final String TOKENIZER = "tokenizer.json";

  /** What was done to make it. */
  public static final String HISTORY = "history.json";

  /** Where training keeps what it needs to go on. */
  public static final String STATE = "state";

  private static final Set<String> OWN = Set.of(CONFIG, WEIGHTS, TOKENIZER, HISTORY, STATE);

  private CheckpointDirectory() {}

  /**
   * Opens a checkpoint, its own or one of another {@link CheckpointFormat}, or one {@linkplain
   * CheckpointBundle inside} a file; its tensors view the mapped file.
   *
   * @throws InvalidInputException if the directory or a file of it is missing, damaged, or does not
   *     belong to the others, in one line that names the file
   */
  public static Checkpoint open(Path directory) {
    Path dir = AtomicDirectory.current(directory);
    if (!Files.isDirectory(dir)) {
      Optional<CheckpointBundle> bundle = CheckpointBundle.find(dir);
      if (bundle.isPresent()) {
        return bundle.get().open();
      }
      throw new InvalidInputException(
          directory
              + (Files.exists(dir)
                  ? ": is a file; give the directory of a checkpoint"
                  : ": no such checkpoint directory; check the path"));
    }
    Optional<CheckpointFormat> other = otherFormat(dir);
    if (other.isPresent()) {
      return other.get().open(dir);
    }
    for (String name : CheckpointFiles.NAMES) {
      if (!Files.exists(dir.resolve(name))) {
        throw new InvalidInputException(
            dir.resolve(name)
                + ": no such file; a checkpoint directory holds config.json, model.safetensors,"
                + " tokenizer.json and history.json");
      }
    }
    return new InDirectory(dir).open();
  }

  /**
   * A text that lies beside the files of a checkpoint, such as the form of its chats.
   *
   * @param checkpoint its directory, or a file that has it inside
   * @param name name of the text's file
   * @throws InvalidInputException if it is there and not UTF-8
   */
  public static Optional<String> text(Path checkpoint, String name) {
    Optional<CheckpointBundle> bundle = CheckpointBundle.find(checkpoint);
    if (bundle.isPresent()) {
      return bundle.get().has(name) ? Optional.of(bundle.get().text(name)) : Optional.empty();
    }
    Path file = AtomicDirectory.current(checkpoint).resolve(name);
    return Files.exists(file) ? Optional.of(JsonText.read(file)) : Optional.empty();
  }

  /** The other program's format that a directory is in, if it is. */
  private static Optional<CheckpointFormat> otherFormat(Path dir) {
    Path config = dir.resolve(CONFIG);
    if (!Files.isRegularFile(config)) {
      return Optional.empty();
    }
    JsonNode json;
    try {
      json = StrictJson.readTree(config);
    } catch (InvalidInputException e) {
      return Optional.empty(); // damaged: for who opens it as its own to say
    }
    return ServiceLoader.load(CheckpointFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(format -> format.recognises(json))
        .findFirst();
  }

  /** A directory of our own format. */
  private record InDirectory(Path directory) implements CheckpointFiles {
    @Override
    public String where() {
      return directory.toString();
    }

    @Override
    public String where(String name) {
      return directory.resolve(name).toString();
    }

    @Override
    public String text(String name) {
      return JsonText.read(directory.resolve(name));
    }

    @Override
    public SafetensorsFile weights() {
      return SafetensorsFile.open(directory.resolve(WEIGHTS));
    }
  }

  /** Writes a checkpoint; see {@link #write(Checkpoint, Path, AtomicDirectory.Content)}. */
  public static void write(Checkpoint checkpoint, Path directory) {
    write(checkpoint, directory, _ -> {});
  }

  /**
   * Writes a checkpoint and what belongs to it as one directory, which appears whole or not at all.
   *
   * @param directory made with its parents, or replaced if it is empty or holds a checkpoint; a
   *     {@code state/} in it is replaced too
   * @param more called with the directory being made, to add {@code state/}
   * @throws InvalidInputException if the directory holds anything else, which is left alone, or can
   *     not be written
   */
  public static void write(Checkpoint checkpoint, Path directory, AtomicDirectory.Content more) {
    requireReplaceable(directory);
    AtomicDirectory.replace(
        directory,
        dir -> {
          writeText(dir.resolve(CONFIG), StrictJson.text(checkpoint.config()));
          writeText(dir.resolve(TOKENIZER), TokenizerFile.text(checkpoint.tokenizer()));
          writeText(dir.resolve(HISTORY), StrictJson.text(checkpoint.history()));
          List<Parameter> layout = ParameterLayout.of(checkpoint.config()).stored();
          AtomicFile.writeAndForce(
              dir.resolve(WEIGHTS),
              out ->
                  SafetensorsWriter.writeTo(
                      out,
                      TensorStorage.encode(layout, checkpoint.tensors()),
                      CheckpointFiles.METADATA));
          more.writeTo(dir);
        });
  }

  /**
   * Whether {@link #write} would accept a directory: to be asked before hours of work.
   *
   * @throws InvalidInputException if it is a file or holds something that is not a checkpoint's
   */
  public static void requireReplaceable(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new InvalidInputException(
          directory + ": is a file; give a directory for the checkpoint");
    }
    if (otherFormat(directory).isPresent()) {
      throw new InvalidInputException(
          directory + ": holds a model of another program; give a new or empty directory");
    }
    try (Stream<Path> files = Files.list(directory)) {
      String foreign =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> !OWN.contains(name))
              .sorted()
              .limit(3)
              .collect(Collectors.joining(", "));
      if (!foreign.isEmpty()) {
        throw new InvalidInputException(
            directory
                + ": holds something else than a checkpoint ("
                + foreign
                + "); give a new or empty directory");
      }
    } catch (IOException e) {
      throw AtomicFile.notWritten(directory, e);
    }
  }

  /**
   * Bytes of the files of a checkpoint directory, of its own format or another.
   *
   * @throws InvalidInputException if one is missing
   */
  public static long bytesOnDisk(Path directory) {
    Path dir = AtomicDirectory.current(directory);
    return bytes(
        otherFormat(dir)
            .map(format -> format.files(dir))
            .orElseGet(() -> CheckpointFiles.NAMES.stream().map(dir::resolve).toList()));
  }

  /**
   * Bytes of the files of a checkpoint directory, of its own format or another, that hold its
   * parameters.
   *
   * @throws InvalidInputException if one is missing
   */
  public static long weightBytesOnDisk(Path directory) {
    Path dir = AtomicDirectory.current(directory);
    return bytes(
        otherFormat(dir)
            .map(format -> format.weights(dir))
            .orElseGet(() -> List.of(dir.resolve(WEIGHTS))));
  }

  private static long bytes(List<Path> files) {
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw new InvalidInputException(file + ": can not be read (" + e + ")", e);
      }
    }
    return bytes;
  }

  private static void writeText(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
