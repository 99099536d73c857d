package dev.stlm.serving.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.serving.engine.EngineLimits;
import dev.stlm.tokenizer.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stlm serve DIR...}: the OpenAI-compatible server of one model or several. */
@Command(
    name = "serve",
    description = "Serve models over HTTP, compatible with OpenAI clients.",
    mixinStandardHelpOptions = true,
    addMethodSubcommands = false,
    showDefaultValues = true,
    sortOptions = false,
    footer = {
      "",
      "A page to try the models is at /.",
      "Endpoints: /v1/completions, /v1/chat/completions, /v1/embeddings, /v1/models, /tokenize,",
      "/detokenize, /q/health, /q/metrics, /q/openapi. Ctrl-C finishes the requests, then stops.",
      "",
      "  ./stlm serve demo-out/model --port 8080",
      "  ./stlm serve small=runs/a/model large=runs/b/model"
    })
public final class ServeCommand implements StlmCommand {
  @Parameters(
      paramLabel = "[NAME=]DIR",
      arity = "0..*",
      description = {
        "Checkpoint directories. A request says by NAME which it wants, else it gets the first.",
        "Default of NAME: the name of the directory."
      },
      showDefaultValue = Visibility.NEVER)
  private List<String> models = new ArrayList<>();

  @Option(names = "--name", description = "Name in the API of the model, where there is one only.")
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
      names = "--prefix-cache",
      paramLabel = "MB",
      defaultValue = EngineLimits.PREFIX_CACHE,
      description = "Memory of each model for beginnings of prompts that come again; 0: none.")
  private int prefixCache;

  @Mixin private final LifecycleOptions lifecycle = new LifecycleOptions();

  @Mixin private final AccessOptions access = new AccessOptions();

  @Mixin private final ExecutableOptions executable = new ExecutableOptions();

  @Spec private @Nullable CommandSpec spec;

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
    if (executable.embeds()) {
      executable.embed(name, Objects.requireNonNull(spec).commandLine().getOut());
      return 0;
    }
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
    return new ServeOptions(
        served(),
        runtime,
        host,
        port,
        threads,
        maxBody,
        Optional.ofNullable(chatTemplate),
        new EngineLimits(maxActive, maxQueued, maxOutput, Duration.ofSeconds(timeout), prefixCache),
        lifecycle.checked(),
        access.settings());
  }

  private List<ServedDirectory> served() {
    List<ServedDirectory> directories =
        executable.models(models).stream().map(ServedDirectory::parse).toList();
    if (name == null) {
      return directories;
    }
    if (directories.size() > 1) {
      throw new InvalidInputException(
          "serve: --name names one model; with several write NAME=DIR, as in %s=%s"
              .formatted(name, directories.getFirst().directory()));
    }
    return List.of(new ServedDirectory(name, directories.getFirst().directory()));
  }
}
