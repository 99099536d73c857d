package dev.stlm.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Where messages for people go.
 *
 * <p>The launcher filters the JVM's own standard error to drop the warning about the incubating
 * Vector API, and leaves the real one on another descriptor. This class writes there directly, so
 * that progress bars are not held back until a line ends.
 */
final class StandardError {
  private static final String DESCRIPTOR = "stlm.stderr";

  private StandardError() {}

  /** Makes {@link System#err} the descriptor that the launcher named, if it named one. */
  static void install() {
    Integer descriptor = Integer.getInteger(DESCRIPTOR);
    if (descriptor == null) {
      return;
    }
    try {
      // appending, since standard error may be a file that already holds something
      System.setErr(
          new PrintStream(
              new FileOutputStream("/dev/fd/" + descriptor, true), true, System.err.charset()));
    } catch (IOException e) {
      // a socket can not be opened again by name; the filtered stream works as well
      System.getLogger(StandardError.class.getName())
          .log(System.Logger.Level.DEBUG, "standard error stays filtered", e);
    }
  }
}
