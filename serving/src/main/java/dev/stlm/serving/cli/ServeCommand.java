package dev.stlm.serving.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stlm serve DIR}: the OpenAI-compatible server of one model. */
@Command(
    name = "serve",
    description = "Serve a model over HTTP, compatible with OpenAI clients.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    footer = {
      "",
      "A page to try the model is at /.",
      "Endpoints: /v1/completions, /v1/chat/completions, /v1/models, /tokenize, /detokenize,",
      "/q/health, /q/metrics, /q/openapi. Ctrl-C finishes the running requests, then stops.",
      "",
      "  ./stlm serve demo-out/model --port 8080"
    })
public final class ServeCommand implements StlmCommand {
  @Parameters(
      paramLabel = "DIR",
      description = "Checkpoint directory.",
      showDefaultValue = Visibility.NEVER)
  private Path model = Path.of("");

  @Option(
      names = "--name",
      description = "Name of the model in the API; default: of the directory.")
  private @Nullable String name;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 opens the server to the network.")
  private String host = "";

  @Option(
      names = "--port",
      defaultValue = ServeOptions.PORT,
      description = "TCP port; 0 takes a free one.")
  private int port;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "Compute threads; 0: the runtime chooses.")
  private int threads;

  @Option(
      names = "--max-active",
      defaultValue = EngineLimits.MAX_ACTIVE,
      description = "Sequences computed at the same time.")
  private int maxActive;

  @Option(
      names = "--max-queue",
      defaultValue = EngineLimits.MAX_QUEUED,
      description = "Sequences that may wait; beyond: 429.")
  private int maxQueued;

  @Option(
      names = "--max-output",
      defaultValue = EngineLimits.MAX_OUTPUT,
      description = "Most tokens (bytes) that a sequence may generate.")
  private int maxOutput;

  @Option(
      names = "--max-body",
      defaultValue = ServeOptions.MAX_BODY,
      description = "Largest request body in bytes; beyond: 413.")
  private int maxBody;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = EngineLimits.TIMEOUT_SECONDS,
      description = "Longest time of a request, waiting included.")
  private int timeout;

  @Option(
      names = "--chat-template",
      paramLabel = "TEMPLATE",
      description = {
        "How a chat becomes a prompt: text, special, or a JSON file.",
        "Default: DIR/chat.json if it exists, else text."
      })
  private @Nullable String chatTemplate;

  @Option(names = "--runtime", defaultValue = "cpu", description = "What computes the model.")
  private String runtime = "";

  @CommandLine.Mixin private final AccessOptions access = new AccessOptions();

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private ServerLauncher launcher;

  /** For listing and help: this class path has no server. */
  public ServeCommand() {
    launcher =
        options -> {
          throw new InvalidInputException(
              "serve: this class path has no server; run ./stlm serve, or"
                  + " java -jar serving/target/quarkus-app/quarkus-run.jar");
        };
  }

  /** Says what runs the server. */
  public void launchWith(ServerLauncher server) {
    this.launcher = server;
  }

  @Override
  public int order() {
    return 80;
  }

  @Override
  public Integer call() {
    ServeOptions options = options();
    for (String warning : options.access().warnings(host)) {
      warn(warning);
    }
    return launcher.serve(options);
  }

  private void warn(String sentence) {
    if (spec != null) {
      spec.commandLine().getErr().println("stlm: warning: " + sentence);
      spec.commandLine().getErr().flush();
    }
  }

  private ServeOptions options() {
    if (!Files.isDirectory(model)) {
      throw new InvalidInputException(
          model + ": no such directory; give a checkpoint directory, such as one that train made");
    }
    Path directoryName = model.toAbsolutePath().normalize().getFileName();
    String fallback = directoryName == null ? "model" : directoryName.toString();
    return new ServeOptions(
        model,
        name == null ? fallback : name,
        runtime,
        host,
        port,
        threads,
        maxBody,
        Optional.ofNullable(chatTemplate),
        new EngineLimits(maxActive, maxQueued, maxOutput, Duration.ofSeconds(timeout)),
        access.settings());
  }
}
