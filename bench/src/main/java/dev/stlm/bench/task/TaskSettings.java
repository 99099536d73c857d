package dev.stlm.bench.task;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user chooses about a run of tasks.
 *
 * @param limit first documents of each task to take: a count from 1 on, a share below 1
 * @param fewShot examples before each document; tasks that fix their own count keep it
 * @param seed seeds the choice of examples
 * @param data a directory that is looked into before the data that ships, laid out as {@code
 *     TASK/SPLIT.jsonl} or {@code .jsonl.gz}
 * @param text a UTF-8 text for the task {@code bits_per_byte}
 */
public record TaskSettings(
    Optional<Double> limit,
    OptionalInt fewShot,
    long seed,
    Optional<Path> data,
    Optional<Path> text) {
  /** The seed of published figures. */
  public static final long DEFAULT_SEED = 1234;

  public TaskSettings {
    if (limit.isPresent() && !(limit.get() > 0)) {
      throw new IllegalArgumentException("limit " + limit.get() + " is not above 0");
    }
    if (fewShot.isPresent() && fewShot.getAsInt() < 0) {
      throw new IllegalArgumentException("few-shot count " + fewShot.getAsInt() + " is below 0");
    }
  }

  /** Everything, no examples, the data that ships. */
  public static TaskSettings defaults() {
    return new TaskSettings(
        Optional.empty(), OptionalInt.empty(), DEFAULT_SEED, Optional.empty(), Optional.empty());
  }

  /** The same with another limit. */
  public TaskSettings withLimit(double newLimit) {
    return new TaskSettings(Optional.of(newLimit), fewShot, seed, data, text);
  }

  /** The same with another number of examples. */
  public TaskSettings withFewShot(int count) {
    return new TaskSettings(limit, OptionalInt.of(count), seed, data, text);
  }

  /** The same with a held-out text. */
  public TaskSettings withText(Path file) {
    return new TaskSettings(limit, fewShot, seed, data, Optional.of(file));
  }

  /** The same with a data directory. */
  public TaskSettings withData(Path directory) {
    return new TaskSettings(limit, fewShot, seed, Optional.of(directory), text);
  }

  /** How many of {@code size} documents the limit leaves: a share is rounded up. */
  public int documents(int size) {
    if (limit.isEmpty()) {
      return size;
    }
    double l = limit.get();
    return (int) Math.min(size, l < 1 ? Math.ceil(l * size) : Math.floor(l));
  }
}
