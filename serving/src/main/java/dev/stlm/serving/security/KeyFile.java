package dev.stlm.serving.security;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a file as it is now: a change counts from the next request on that comes a second
 * after the last look. A file that has become unusable is said once in the log, and the keys that
 * were last read stay. May be shared by threads.
 */
final class KeyFile {
  private static final Logger LOG = Logger.getLogger(KeyFile.class);
  private static final long LOOK_EVERY = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final LongSupplier nanos;
  private ApiKeys keys;
  private State state;
  private long looked;

  /** What tells one version of a file from another. */
  private record State(long modified, long size, @Nullable Object identity) {
    static final State GONE = new State(0, -1, null);

    static State of(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new State(
            attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
      } catch (IOException e) {
        return GONE;
      }
    }
  }

  /**
   * Reads a file for the first time.
   *
   * @param nanos the clock, as {@link System#nanoTime()}
   * @throws InvalidInputException as {@link ApiKeys#read}
   */
  KeyFile(Path file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    this.state = State.of(file);
    this.keys = ApiKeys.read(file);
    this.looked = nanos.getAsLong();
  }

  /** The keys of the file. */
  synchronized ApiKeys current() {
    long now = nanos.getAsLong();
    if (now - looked >= LOOK_EVERY) {
      looked = now;
      State found = State.of(file);
      if (!found.equals(state)) {
        state = found;
        reread();
      }
    }
    return keys;
  }

  private void reread() {
    try {
      keys = ApiKeys.read(file);
      LOG.infof("Read %d API keys again from %s", keys.size(), file);
    } catch (InvalidInputException e) {
      LOG.errorf("The API keys stay as they were: %s", e.getMessage());
    }
  }
}
