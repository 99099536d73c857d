package dev.stlm.training.finetune;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;

/**
 * A text of which a model learns the answers: prompt, answer, prompt, answer, and so on, each right
 * after the one before it.
 *
 * @param turns at least one; only a dialogue has more
 */
public record Example(List<Turn> turns) {
  public Example {
    turns = List.copyOf(turns);
    if (turns.isEmpty()) {
      throw new InvalidInputException("has no answer to learn; give at least one");
    }
  }

  /**
   * What is read, and what is to be written then.
   *
   * @param prompt not learned
   * @param answer learned, and that it ends; not empty
   */
  public record Turn(String prompt, String answer) {
    public Turn {
      if (answer.isEmpty()) {
        throw new InvalidInputException("has an empty answer; give one with some characters");
      }
    }
  }

  /** One prompt and its answer. */
  public static Example of(String prompt, String answer) {
    return new Example(List.of(new Turn(prompt, answer)));
  }

  /** Everything before the last answer. */
  public String prompt() {
    StringBuilder text = new StringBuilder();
    for (Turn turn : turns.subList(0, turns.size() - 1)) {
      text.append(turn.prompt).append(turn.answer);
    }
    return text.append(turns.getLast().prompt).toString();
  }

  /** The last answer. */
  public String answer() {
    return turns.getLast().answer;
  }
}
