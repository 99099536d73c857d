package dev.stlm.training.internal.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;

/** How far a run is and what it has measured; for one thread. */
final class RunProgress {
  /** Steps that the reported training loss is the mean of. */
  private static final int TAIL = 20;

  private final RunClock clock;
  private final Guard guard;
  private final Deque<Double> tail = new ArrayDeque<>();
  private long step;
  private Optional<Double> best;
  private OptionalDouble lastValidation = OptionalDouble.empty();

  /**
   * A run that has done so many steps.
   *
   * @param best lowest bits per byte of the held-out text so far
   */
  RunProgress(RunClock clock, Guard guard, long step, Optional<Double> best) {
    this.clock = clock;
    this.guard = guard;
    this.step = step;
    this.best = best;
  }

  RunClock clock() {
    return clock;
  }

  Guard guard() {
    return guard;
  }

  /** Steps done, those that failed included. */
  long step() {
    return step;
  }

  /** Starts the next step and gives its number, from 1. */
  long nextStep() {
    return ++step;
  }

  /** The bits per byte of a step. */
  void trained(double bitsPerByte) {
    tail.addLast(bitsPerByte);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
  }

  /**
   * The held-out text was measured.
   *
   * @return whether never better
   */
  boolean validated(double bitsPerByte) {
    lastValidation = OptionalDouble.of(bitsPerByte);
    boolean better = best.isEmpty() || bitsPerByte < best.get();
    if (better) {
      best = Optional.of(bitsPerByte);
    }
    return better;
  }

  /** Mean over the last steps; not a number before the first. */
  double trainBitsPerByte() {
    return tail.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /** Of the held-out text, when it was measured last. */
  OptionalDouble validationBitsPerByte() {
    return lastValidation;
  }

  /** Lowest so far. */
  Optional<Double> best() {
    return best;
  }
}
