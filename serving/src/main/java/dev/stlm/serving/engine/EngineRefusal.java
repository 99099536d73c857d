package dev.stlm.serving.engine;

/** The engine does not take a request now; trying again later may help. */
public final class EngineRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int retryAfterSeconds;

  EngineRefusal(Reason reason, int retryAfterSeconds, String message) {
    super(message);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** When to try again, estimated. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  public Reason reason() {
    return reason;
  }

  /** Why. */
  public enum Reason {
    /** As many sequences wait as may. */
    QUEUE_FULL,
    /** The engine is shutting down. */
    STOPPING,
    /** The engine has failed, or the files of its model have: only another can help. */
    BROKEN
  }
}
