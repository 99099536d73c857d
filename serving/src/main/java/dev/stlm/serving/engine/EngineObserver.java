package dev.stlm.serving.engine;

/** Counts what an engine does; called on its thread or on the caller's, must not block. */
public interface EngineObserver {
  /** An observer that does nothing. */
  EngineObserver NONE = new EngineObserver() {};

  /** Requests were refused because the queue was full. */
  default void rejected() {}

  /** A prompt is taken up; so many of its first tokens need not be read, 0 if it is all new. */
  default void prefixReused(int tokens) {}

  /** The prefix cache holds so many bytes. */
  default void prefixCache(long bytes) {}

  /** A chunk of a prompt, or of a text to embed, was read. */
  default void promptRead(int tokens) {}

  /** The first token of a request exists, so many nanoseconds after it came. */
  default void firstToken(long nanosSinceArrival) {}

  /** The model read ids of so many sequences, prompts among them. */
  default void step(int sequences, long nanos) {}

  /** One token of a sequence was chosen. */
  default void generated(int bytes) {}

  /** A request left the queue, so many nanoseconds after it came. */
  default void admitted(long nanosSinceArrival) {}

  /** A request ended: "ok", "cancelled", "timeout", "stopping" or "internal". */
  default void ended(String outcome) {}
}
