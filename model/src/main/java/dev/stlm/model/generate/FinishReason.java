package dev.stlm.model.generate;

/** Why a text ended. */
public enum FinishReason {
  /** The model ended the text, or a stop string came. */
  STOP,
  /** As many bytes as asked for, or the context is full. */
  LENGTH,
  /** Whoever receives the text did not want more. */
  CANCELLED
}
