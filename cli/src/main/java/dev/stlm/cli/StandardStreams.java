package dev.stlm.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Where results and messages for people go.
 *
 * <p>The launcher filters the JVM's own standard error to drop the warning about the incubating
 * Vector API, and leaves the real one on another descriptor. This class writes there directly, so
 * that progress bars are not held back until a line ends. Both streams append: where they are one
 * file, neither writes over the other.
 */
final class StandardStreams {
  private static final String DESCRIPTOR = "stlm.stderr";
  private static final int OUTPUT = 1;

  private StandardStreams() {}

  /** Makes {@link System#err} the descriptor that the launcher named, if it named one. */
  static void install() {
    Integer descriptor = Integer.getInteger(DESCRIPTOR);
    if (descriptor == null) {
      return;
    }
    try {
      System.setErr(appending(descriptor, System.err.charset()));
      System.setOut(appending(OUTPUT, System.out.charset()));
    } catch (IOException e) {
      // a socket can not be opened again by name; the streams as they are work as well
      System.getLogger(StandardStreams.class.getName())
          .log(System.Logger.Level.DEBUG, "standard streams stay as they are", e);
    }
  }

  private static PrintStream appending(int descriptor, Charset charset) throws IOException {
    return new PrintStream(new FileOutputStream("/dev/fd/" + descriptor, true), true, charset);
  }
}
