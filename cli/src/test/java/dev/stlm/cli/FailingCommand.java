package dev.stlm.cli;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fails in the way that its option names. */
@Command(name = "fail", description = "Fail in a given way.")
public final class FailingCommand implements StlmCommand {
  @Option(names = "--how")
  private @Nullable String how;

  @Override
  public Integer call() {
    return switch (how == null ? "" : how) {
      case "input" -> throw new InvalidInputException("width is 0; allowed: 1 or more");
      case "file" -> throw new UncheckedIOException(new NoSuchFileException("gone.txt"));
      case "bug" -> throw new IllegalStateException("a bug");
      default -> 0;
    };
  }
}
