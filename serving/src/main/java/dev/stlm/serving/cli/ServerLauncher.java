package dev.stlm.serving.cli;

/**
 * Runs a server until it is told to stop; what the packaged server gives to {@link ServeCommand}.
 */
@FunctionalInterface
public interface ServerLauncher {
  /**
   * Serves until the process is told to end.
   *
   * @return the exit code
   * @throws dev.stlm.tokenizer.InvalidInputException if the model can not be loaded or the address
   *     can not be bound
   */
  int serve(ServeOptions options);
}
