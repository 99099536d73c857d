package dev.stlm.training.prepare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A piece of the work of a preparation: a pure function of files and settings, named by their hash.
 * Running it twice, or at two places, gives the same bytes.
 */
public interface Unit {
  /** What it leaves when it is done, as the last of its files, whole or not at all. */
  Path result();

  /** Size of the work, in the unit that its stage counts. */
  long size();

  /**
   * Does the work.
   *
   * @param progress is told how much has been done since it was told last; the sum is about {@link
   *     #size()}
   */
  void run(LongConsumer progress);

  /** Whether the work has been done, now or by a preparation before. */
  default boolean isDone() {
    return Files.exists(result());
  }
}
