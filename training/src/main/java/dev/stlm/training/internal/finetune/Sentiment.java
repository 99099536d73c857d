package dev.stlm.training.internal.finetune;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.ClassificationTask;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.Row;
import java.util.List;

/**
 * Whether a text is for or against: classification by which of two answers is likelier, after a
 * prompt of the kind of Gao et al. 2021 (arXiv 2012.15723).
 */
public final class Sentiment implements ClassificationTask {
  private static final PromptTemplate TEMPLATE = new PromptTemplate("", "\nIt was", " ");
  private static final List<String> LABELS = List.of("negative", "positive");
  private static final List<String> WORDS = List.of("bad", "good");

  @Override
  public String name() {
    return "sentiment";
  }

  @Override
  public String description() {
    return "is a text negative or positive: {\"sentence\", \"label\": 0 or 1}; metric: accuracy";
  }

  @Override
  public List<String> labels() {
    return LABELS;
  }

  @Override
  public List<String> answers() {
    return WORDS.stream().map(word -> TEMPLATE.answer() + word).toList();
  }

  @Override
  public String prompt(String text) {
    return TEMPLATE.turn(text, WORDS.getFirst()).prompt();
  }

  @Override
  public Example example(Row row) {
    String label =
        row.value("label").orElseThrow(() -> new InvalidInputException("has no field \"label\""));
    int index = label.length() == 1 ? "01".indexOf(label) : LABELS.indexOf(label);
    if (index < 0) {
      throw new InvalidInputException(
          "\"label\" is " + label + "; allowed: 0 or \"negative\", 1 or \"positive\"");
    }
    return new Example(List.of(TEMPLATE.turn(row.text("sentence", "text"), WORDS.get(index))));
  }
}
