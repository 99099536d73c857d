package dev.stlm.training.internal.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.AnswerScoring;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.Example.Turn;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.Row;
import dev.stlm.training.metric.Metric;
import java.util.ArrayList;
import java.util.List;

/**
 * Dialogues: every answer of the assistant is learned, with what was said before it.
 *
 * <p>The text is that of the server's default template ({@code User: }, {@code Assistant: }, one
 * turn a line), so that a tuned model is asked what it was trained on.
 */
public final class Chat implements FineTuningTask {
  private static final PromptTemplate TEMPLATE = new PromptTemplate("User: ", "\nAssistant:", " ");

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public String description() {
    return "dialogues: {\"messages\": [{\"role\", \"content\"}, ...]} or {\"prompt\", \"answer\"};"
        + " metric: bits per byte of the answers";
  }

  @Override
  public Example example(Row row) {
    if (!row.has("messages")) {
      return new Example(List.of(TEMPLATE.turn(row.text("prompt"), row.text("answer"))));
    }
    List<Turn> turns = new ArrayList<>();
    StringBuilder prompt = new StringBuilder();
    String asked = "";
    for (Row message : row.rows("messages")) {
      String role = message.text("role");
      String content = message.text("content").strip();
      switch (role) {
        case "system", "developer" -> prompt.append(content).append('\n');
        case "user" -> {
          if (!asked.isEmpty()) {
            prompt.append(TEMPLATE.before()).append(asked).append('\n');
          }
          asked = content;
        }
        case "assistant" -> {
          if (asked.isEmpty()) {
            throw new InvalidInputException(
                "has an answer of the assistant without a message of the user before it");
          }
          Turn turn = TEMPLATE.turn(asked, content);
          turns.add(new Turn(prompt + turn.prompt(), turn.answer()));
          prompt = new StringBuilder("\n");
          asked = "";
        }
        default ->
            throw new InvalidInputException(
                "\"role\" is " + role + "; allowed: system, developer, user, assistant");
      }
    }
    return new Example(turns);
  }

  @Override
  public List<Metric> measure(LanguageModel model, List<Example> examples) {
    double bits = AnswerScoring.bitsPerByte(model, examples);
    int answers = examples.stream().mapToInt(e -> e.turns().size()).sum();
    return List.of(Metric.cost("bits per byte", bits, answers));
  }
}
