package dev.stlm.serving.log;

/** How much is logged, and in which form. */
public enum LogFormat {
  /** Warnings and errors, as text. */
  QUIET,
  /** A line a request as well. */
  TEXT,
  /** A line a request as well, each line a JSON object. */
  JSON
}
