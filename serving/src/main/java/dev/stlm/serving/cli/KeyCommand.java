package dev.stlm.serving.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.serving.security.ApiKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stlm key NAME}: a new API key for the server. */
@Command(
    name = "key",
    description = "Make an API key for serve --api-keys.",
    mixinStandardHelpOptions = true,
    addMethodSubcommands = false,
    footer = {
      "",
      "Prints the key itself once, on standard error, and the line for the server's file, which holds",
      "only a hash of it, on standard output.",
      "",
      "  ./stlm key alice >> keys.txt"
    })
public final class KeyCommand implements StlmCommand {
  @Parameters(paramLabel = "NAME", description = "Who will hold the key; the log shows it.")
  private String name = "";

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public int order() {
    return 81;
  }

  @Override
  public Integer call() {
    ApiKeys.Created made = ApiKeys.create(name);
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    spec.commandLine().getErr().println("The key of " + name + ", shown only now: " + made.key());
    spec.commandLine().getErr().flush();
    spec.commandLine().getOut().println(made.line());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
