package dev.stlm.cli;

import java.util.concurrent.Callable;

/**
 * A command of {@code ./stlm}: a class annotated with picocli's {@code @Command}, found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>{@link #call()} gives the exit code: 0 for success. What the user can cause is thrown as
 * {@link dev.stlm.tokenizer.InvalidInputException}: one line on standard error, exit code 2.
 */
public interface StlmCommand extends Callable<Integer> {
  /** Where the command stands in the help: smaller is earlier. */
  default int order() {
    return 100;
  }
}
