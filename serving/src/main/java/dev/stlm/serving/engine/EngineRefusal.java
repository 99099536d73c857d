package dev.stlm.serving.engine;

/** The engine does not take a request now; trying again later may help. */
public final class EngineRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  EngineRefusal(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Why. */
  public enum Reason {
    /** As many sequences wait as may. */
    QUEUE_FULL,
    /** The engine is shutting down. */
    STOPPING
  }
}
