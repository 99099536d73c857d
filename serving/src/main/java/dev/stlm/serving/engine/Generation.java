package dev.stlm.serving.engine;

/** A request that an {@link Engine} has taken; safe for use by several threads. */
public final class Generation {
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final long arrival = System.nanoTime();
  private final long deadline;
  private volatile boolean cancelled;
  private boolean firstTokenSeen;

  Generation(GenerationRequest request, GenerationListener listener, long timeoutNanos) {
    this.request = request;
    this.listener = listener;
    this.deadline = arrival + timeoutNanos;
  }

  /**
   * Nobody needs the result any more; the listener hears nothing from the engine's next step on.
   */
  public void cancel() {
    cancelled = true;
  }

  GenerationRequest request() {
    return request;
  }

  GenerationListener listener() {
    return listener;
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean late() {
    return System.nanoTime() - deadline > 0;
  }

  /** Nanoseconds since arrival if this is the first token of all samples, else -1. */
  long firstToken() {
    if (firstTokenSeen) {
      return -1;
    }
    firstTokenSeen = true;
    return System.nanoTime() - arrival;
  }
}
