package dev.stlm.training.internal.loop;

import dev.stlm.training.metric.Metric;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
  private long position;
  private Optional<Double> best;
  private List<Metric> metrics = List.of();
  private OptionalDouble lastValidation = OptionalDouble.empty();

  /**
   * A run that has done so many steps.
   *
   * @param position ids read by them
   * @param best lowest bits per byte of the held-out text so far, or the best first metric of a
   *     task
   */
  RunProgress(RunClock clock, Guard guard, long step, long position, Optional<Double> best) {
    this.clock = clock;
    this.guard = guard;
    this.step = step;
    this.position = position;
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

  /** Where the next step reads on: ids read, over all epochs. */
  long position() {
    return position;
  }

  /** The step has read to here. */
  void readTo(long next) {
    position = next;
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

  /** The metrics of a task were taken; empty without a task. */
  void measured(List<Metric> now) {
    metrics = List.copyOf(now);
  }

  /** The metrics that were taken last. */
  List<Metric> metrics() {
    return metrics;
  }

  /**
   * The held-out text was measured, and the metrics of the task if there is one.
   *
   * @return whether never better: by the first metric, else by bits per byte
   */
  boolean validated(double bitsPerByte) {
    lastValidation = OptionalDouble.of(bitsPerByte);
    double value = metrics.isEmpty() ? bitsPerByte : metrics.getFirst().value();
    boolean higher = !metrics.isEmpty() && metrics.getFirst().higherIsBetter();
    boolean better = best.isEmpty() || (higher ? value > best.get() : value < best.get());
    if (better) {
      best = Optional.of(value);
    }
    return better;
  }

  /** The model is another one now: what is kept as the best must be of this one. */
  void startBestAnew() {
    best = Optional.empty();
  }

  /** Mean over the last steps; not a number before the first. */
  double trainBitsPerByte() {
    return tail.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /** Of the held-out text, when it was measured last. */
  OptionalDouble validationBitsPerByte() {
    return lastValidation;
  }

  /** Of what was validated so far: the lowest bits per byte, or the best first metric of a task. */
  Optional<Double> best() {
    return best;
  }
}
