package dev.stlm.training.internal.loop;

import dev.stlm.training.RunTimes;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells what the time of a run is spent on: at every moment on exactly one part, so that the parts
 * add up to the whole. For one thread.
 */
final class RunClock {
  /** What time is spent on; see {@link RunTimes}. */
  enum Part {
    SET_UP,
    ENGINE,
    VALIDATION,
    DATA,
    CHECKPOINTS,
    SAMPLES,
    EXCHANGE,
    LISTENERS,
    REST
  }

  private final LongSupplier nanos;
  private final RunTimes before;
  private final Map<Part, Long> spent = new EnumMap<>(Part.class);
  private final long start;
  private long since;
  private Part current = Part.REST;

  /**
   * Starts the clock.
   *
   * @param nanos tells the time, like {@link System#nanoTime()}
   * @param before what was spent before a run was resumed
   */
  RunClock(LongSupplier nanos, RunTimes before) {
    this.nanos = nanos;
    this.before = before;
    this.start = nanos.getAsLong();
    this.since = start;
  }

  /** Does something that belongs to a part. */
  <T> T in(Part part, Supplier<T> work) {
    Part outer = change(part);
    try {
      return work.get();
    } finally {
      change(outer);
    }
  }

  /** Does something that belongs to a part and gives nothing. */
  void during(Part part, Runnable work) {
    Part outer = change(part);
    try {
      work.run();
    } finally {
      change(outer);
    }
  }

  private Part change(Part next) {
    long now = nanos.getAsLong();
    spent.merge(current, now - since, Long::sum);
    since = now;
    Part outer = current;
    current = next;
    return outer;
  }

  /** Seconds in all, those before it was resumed included. */
  double seconds() {
    return before.total() + (nanos.getAsLong() - start) / 1e9;
  }

  /** Where they went. */
  RunTimes times() {
    change(current);
    return new RunTimes(
        before.setUp() + of(Part.SET_UP),
        before.engine() + of(Part.ENGINE),
        before.validation() + of(Part.VALIDATION),
        before.data() + of(Part.DATA),
        before.checkpoints() + of(Part.CHECKPOINTS),
        before.samples() + of(Part.SAMPLES),
        before.exchange() + of(Part.EXCHANGE),
        before.listeners() + of(Part.LISTENERS),
        before.rest() + of(Part.REST));
  }

  private double of(Part part) {
    return spent.getOrDefault(part, 0L) / 1e9;
  }
}
