package dev.stlm.training.internal.finetune;

import dev.stlm.training.finetune.Example.Turn;

/**
 * How a question and its answer become text.
 *
 * @param before the question
 * @param between question and answer
 * @param answer before the answer, and a part of it: a blank there lets a patch end before it
 */
record PromptTemplate(String before, String between, String answer) {
  /** The text of a question with its answer, both without blanks around them. */
  Turn turn(String asked, String answered) {
    return new Turn(before + asked.strip() + between, answer + answered.strip());
  }
}
