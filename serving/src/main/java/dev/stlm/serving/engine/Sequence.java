package dev.stlm.serving.engine;

import dev.stlm.model.Session;

/** What reads ids in a step of the model: a prompt, or a sample that goes on. */
sealed interface Sequence permits PromptReading, Running {
  Generation generation();

  Session session();

  /** The ids of this step; asked for again if the step has failed. */
  int[] next();

  /** Whether the logits after an id of this step are needed. */
  boolean wants(int index);

  /**
   * Takes logits.
   *
   * @param index index into the ids of this step
   * @param row valid only during the call
   */
  void accept(int index, float[] row);

  /** The session has read the ids of this step. */
  void read();
}
