package dev.stlm.training.internal.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.finetune.AnswerScoring;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.Row;
import dev.stlm.training.metric.Accuracy;
import dev.stlm.training.metric.Metric;
import java.util.List;

/**
 * Whether a text is for or against: classification by which of two answers is likelier, after a
 * prompt of the kind of Gao et al. 2021 (arXiv 2012.15723).
 */
public final class Sentiment implements FineTuningTask {
  private static final PromptTemplate TEMPLATE = new PromptTemplate("", "\nIt was", " ");
  private static final List<String> LABELS = List.of("negative", "positive");
  private static final List<String> WORDS = List.of("bad", "good");
  private static final List<String> ANSWERS = WORDS.stream().map(w -> " " + w).toList();

  @Override
  public String name() {
    return "sentiment";
  }

  @Override
  public String description() {
    return "is a text negative or positive: {\"sentence\", \"label\": 0 or 1}; metric: accuracy";
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

  @Override
  public List<Metric> measure(LanguageModel model, List<Example> examples) {
    int[] chosen = AnswerScoring.likeliest(model, examples, ANSWERS);
    int correct = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (ANSWERS.get(chosen[i]).equals(examples.get(i).answer())) {
        correct++;
      }
    }
    return List.of(Metric.of(new Accuracy(correct, chosen.length)));
  }
}
