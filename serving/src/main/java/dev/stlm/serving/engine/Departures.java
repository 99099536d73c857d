package dev.stlm.serving.engine;

import java.util.ArrayDeque;

/**
 * How fast sequences leave the queue, from the last of them: says when there will be room. Not
 * thread-safe; the engine's lock guards it.
 */
final class Departures {
  private static final int KEPT = 64;
  private static final int LONGEST_SECONDS = 60;

  private final ArrayDeque<Departure> last = new ArrayDeque<>();
  private long sequences;

  private record Departure(long nanos, int sequences) {}

  /** Some sequences leave at a time, {@link System#nanoTime}. */
  void left(int count, long now) {
    last.add(new Departure(now, count));
    sequences += count;
    if (last.size() > KEPT) {
      sequences -= last.remove().sequences();
    }
  }

  /** Seconds until so many more will have left, at the speed of late: 1 to 60; 1 if none has. */
  int secondsFor(int count, long now) {
    if (last.isEmpty()) {
      return 1;
    }
    double seconds = (now - last.element().nanos()) * 1e-9 * count / sequences;
    return (int) Math.clamp(Math.ceil(seconds), 1, LONGEST_SECONDS);
  }
}
