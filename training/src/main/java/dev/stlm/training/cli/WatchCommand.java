package dev.stlm.training.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.internal.watch.WatchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm watch}: the page of a run that another process does, or that has ended. */
@Command(
    name = "watch",
    description = "Show a training run as a page, live or after its end.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Ctrl-C ends it.", "", "Example: stlm watch runs/book"})
public final class WatchCommand implements StlmCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Directory of the run: --out of stlm train.")
  private @Nullable Path run;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port on this machine; 0 for any that is free; default: "
              + WatchServer.DEFAULT_PORT
              + ".")
  private int port = WatchServer.DEFAULT_PORT;

  @Override
  public int order() {
    return 21;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path directory = Objects.requireNonNull(run); // required by picocli
    if (!Files.exists(directory.resolve("metrics.jsonl"))) {
      throw new InvalidInputException(
          directory + ": holds no training run (no metrics.jsonl); give --out of stlm train");
    }
    try (WatchServer server = WatchServer.open(directory, port)) {
      var console = Objects.requireNonNull(spec).commandLine().getOut();
      console.println("watch: " + server.address());
      console.flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
