package dev.stlm.serving.engine;

import dev.stlm.serving.engine.GenerationListener.Failure;

/** Something that an {@link Engine} has taken; safe for use by several threads. */
public abstract sealed class Work permits Generation, Embedding {
  private final Flow flow;
  private final long arrival = System.nanoTime();
  private final long deadline;
  private volatile boolean cancelled;

  Work(Flow flow, long timeoutNanos) {
    this.flow = flow;
    this.deadline = arrival + timeoutNanos;
  }

  /**
   * Nobody needs the result any more; the listener hears nothing from the engine's next step on.
   */
  public final void cancel() {
    cancelled = true;
  }

  /** Whose work it is. */
  final Flow flow() {
    return flow;
  }

  final boolean cancelled() {
    return cancelled;
  }

  final boolean late() {
    return System.nanoTime() - deadline > 0;
  }

  final long nanosSinceArrival() {
    return System.nanoTime() - arrival;
  }

  /** Sequences that it is computed with. */
  abstract int sequences();

  /** Tokens that are read before anything is generated. */
  abstract int promptTokens();

  /** Tells the listener that there will be no result. */
  abstract void failed(Failure failure);
}
