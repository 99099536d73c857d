package dev.stlm.cli;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what the user can cause into one line and exit code 2; a bug keeps its stack trace. */
final class OneLineErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    String line = userError(e);
    if (line != null) {
      err.println("stlm: " + line);
      return CommandLine.ExitCode.USAGE;
    }
    err.println("stlm: unexpected failure, please report it:");
    e.printStackTrace(err);
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("stlm: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static @org.jspecify.annotations.Nullable String userError(Throwable e) {
    return switch (e) {
      case InvalidInputException _ -> e.getMessage();
      case UncheckedIOException u -> u.getCause() == null ? null : userError(u.getCause());
      case NoSuchFileException f -> f.getFile() + ": no such file; check the path";
      case FileNotFoundException f -> f.getMessage() + "; check the path";
      case AccessDeniedException f -> f.getFile() + ": permission denied; check its access rights";
      case FileSystemException f -> f.getMessage() + "; check the disk and the path";
      case IOException io when io.getMessage() != null -> io.getMessage();
      default -> null;
    };
  }
}
