package dev.stlm.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code ./stlm}: one subcommand for each {@link StlmCommand} on the class path. */
@Command(
    name = "stlm",
    description = "Super tiny language models: train, compress, score, serve.",
    mixinStandardHelpOptions = true,
    version = "stlm 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "stlm COMMAND --help explains a command.",
      "stlm test runs the tests (--all: the slow ones, too).",
      "stlm native builds the server as one executable."
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** Runs a command line and exits with its code. */
  public static void main(String[] args) {
    StandardStreams.install();
    System.exit(run(args));
  }

  /** Runs a command line and gives its exit code: 0 success, 1 failure, 2 invalid input. */
  public static int run(String... args) {
    return commandLine().execute(args);
  }

  /** The whole command tree. */
  public static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Main());
    List<StlmCommand> commands = new ArrayList<>();
    ServiceLoader.load(StlmCommand.class).forEach(commands::add);
    commands.sort(Comparator.comparingInt(StlmCommand::order));
    commands.forEach(root::addSubcommand);
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion
        .getCommandSpec()
        .usageMessage()
        .description("Print a completion script for bash and zsh.");
    root.addSubcommand(completion);
    return settings(root);
  }

  /**
   * One command as a program of its own.
   *
   * @param name what the program is called in its help
   * @param subcommands what it can do besides
   */
  public static CommandLine commandLine(
      StlmCommand command, String name, StlmCommand... subcommands) {
    CommandLine line = new CommandLine(command).setCommandName(name);
    for (StlmCommand subcommand : subcommands) {
      line.addSubcommand(subcommand);
    }
    return settings(line);
  }

  private static CommandLine settings(CommandLine line) {
    // wide enough for every command to have one line
    line.setUsageHelpWidth(100);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(new OneLineErrors());
    line.setParameterExceptionHandler(new OneLineErrors());
    return line;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(System.out);
    }
  }
}
