package dev.stlm.training.prepare;

/** Watches a preparation. Calls come one at a time. */
public interface PreparationListener {
  /**
   * A stage begins.
   *
   * @param name such as {@code reading}
   * @param size of all its units
   * @param unit what is counted, {@code bytes} or {@code documents}
   */
  default void started(String name, long size, String unit) {}

  /**
   * A part of the stage is done.
   *
   * @param done of {@code size}, work of an earlier preparation included
   */
  default void progressed(long done) {}

  /** The stage is over. */
  default void ended() {}
}
