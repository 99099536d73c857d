package dev.stlm.serving.cli;

import dev.stlm.model.checkpoint.CheckpointBundle;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.serving.api.ChatTemplate;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the server as one executable file, and for models that are part of it. */
final class ExecutableOptions {
  /** System property: the executable, where the process can not tell. */
  static final String PROPERTY = "stlm.executable";

  private static final Path SELF = Path.of("/proc/self/exe");

  @Option(
      names = "--model",
      paramLabel = "[NAME=]DIR",
      description = "The same as the argument DIR, for one model.")
  private @Nullable String model;

  @Option(
      names = "--embed",
      paramLabel = "DIR",
      description = "Write this executable with a model inside to --output, and end.")
  private @Nullable Path embed;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The new executable; it serves its model without arguments.")
  private @Nullable Path output;

  /** Whether the command is to write an executable, not to serve. */
  boolean embeds() {
    return embed != null || output != null;
  }

  /**
   * What is served: what the command line names, else the model inside this executable.
   *
   * @param arguments directories, as {@code DIR} or {@code NAME=DIR}
   * @return at least one
   * @throws InvalidInputException if there is none, or it is given twice
   */
  List<String> models(List<String> arguments) {
    if (!arguments.isEmpty() && model != null) {
      throw new InvalidInputException("serve: give the model once, as DIR or with --model");
    }
    if (!arguments.isEmpty()) {
      return arguments;
    }
    if (model != null) {
      return List.of(model);
    }
    return executable()
        .filter(e -> CheckpointBundle.find(e).isPresent())
        .map(e -> List.of(e.toString()))
        .orElseThrow(() ->
            new InvalidInputException(
                "serve: no model; give the directory of a checkpoint, such as one that train made"));
  }

  /**
   * Writes the executable with the model of {@code --embed} inside.
   *
   * @param name what it is called
   * @throws InvalidInputException if this is no executable, or a path is missing or wrong
   */
  void embed(@Nullable String name, PrintWriter out) {
    if (embed == null || output == null) {
      throw new InvalidInputException("serve: --embed DIR and --output FILE go together");
    }
    Path program =
        executable()
            .orElseThrow(() ->
                new InvalidInputException(
                    "serve: --embed is for the executable that ./stlm native makes; run it as"
                        + " target/stlm-serve --embed DIR --output FILE"));
    Path directory = embed;
    Map<String, String> texts =
        CheckpointDirectory.text(directory, ChatTemplate.FILE)
            .map(text -> Map.of(ChatTemplate.FILE, text))
            .orElse(Map.of());
    CheckpointBundle.write(
        program,
        CheckpointDirectory.open(directory),
        name == null ? ServedDirectory.nameOf(directory) : name,
        texts,
        output);
    out.println(output + ": serves " + directory + " without arguments");
    out.flush();
  }

  private static Optional<Path> executable() {
    String known = System.getProperty(PROPERTY);
    if (known != null) {
      return Optional.of(Path.of(known));
    }
    if (!NativeImage.runs()) {
      return Optional.empty();
    }
    return Files.exists(SELF)
        ? Optional.of(SELF)
        : ProcessHandle.current().info().command().map(Path::of);
  }
}
