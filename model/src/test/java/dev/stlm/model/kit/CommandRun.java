package dev.stlm.model.kit;

import dev.stlm.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command of the project that was run in this process.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it printed to standard error
 */
public record CommandRun(int code, String out, String err) {
  /** Runs {@code stlm} with these arguments. */
  public static CommandRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = command.execute(args);
    return new CommandRun(code, out.toString(), err.toString());
  }
}
