package dev.stlm.serving.engine;

/** Why a sequence ended. */
public enum FinishReason {
  /** A stop string was found, or the model ended the text itself. */
  STOP,
  /** The most tokens that were asked for have been generated. */
  LENGTH
}
