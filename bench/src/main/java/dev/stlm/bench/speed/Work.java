package dev.stlm.bench.speed;

/** What a model is timed at. */
public enum Work {
  /** Reads a text at once, logits after its last id alone: a prompt. */
  PROMPT,
  /** Reads a text id by id, logits after each: what decoding costs, on text as it is. */
  STEP,
  /** Writes greedily after a prompt: by self-speculation where the model has drafts. */
  WRITE
}
