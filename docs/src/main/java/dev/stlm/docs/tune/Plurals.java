package dev.stlm.docs.tune;

import dev.stlm.model.LanguageModel;
import dev.stlm.training.finetune.AnswerScoring;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.Row;
import dev.stlm.training.metric.Accuracy;
import dev.stlm.training.metric.Metric;
import java.util.List;

// @start region="task"
/** The plural of a word: rows like {@code {"one": "mouse", "many": "mice"}}. */
public final class Plurals implements FineTuningTask {
  @Override
  public String name() {
    return "plurals";
  }

  @Override
  public String description() {
    return "the plural of a word: {\"one\", \"many\"}; metric: accuracy of whole words";
  }

  @Override
  public Example example(Row row) {
    return Example.of("one " + row.text("one") + ", many", " " + row.text("many"));
  }

  @Override
  public List<Metric> measure(LanguageModel model, List<Example> examples) {
    List<String> written = AnswerScoring.written(model, examples, 64);
    int right = 0;
    for (int i = 0; i < written.size(); i++) {
      right += written.get(i).equals(examples.get(i).answer().strip()) ? 1 : 0;
    }
    return List.of(Metric.of(new Accuracy(right, written.size())));
  }
}
// @end
