package dev.stlm.training.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.training.metric.Accuracy;
import dev.stlm.training.metric.Metric;
import java.util.List;

/** A task whose answer is one of a few: chosen by which is likeliest, or by a {@link LabelHead}. */
public interface ClassificationTask extends FineTuningTask {
  /** Names of the classes, at least two. */
  List<String> labels();

  /** What the model answers for each class, in their order. */
  List<String> answers();

  /** What the model is asked about a text. */
  String prompt(String text);

  /**
   * The class of an example.
   *
   * @return an index into the labels
   */
  default int label(Example example) {
    int label = answers().indexOf(example.answer());
    if (label < 0) {
      throw new IllegalArgumentException("an answer of no class: " + example.answer());
    }
    return label;
  }

  @Override
  default List<Metric> measure(LanguageModel model, List<Example> examples) {
    int[] chosen = AnswerScoring.likeliest(model, examples, answers());
    int correct = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i] == label(examples.get(i))) {
        correct++;
      }
    }
    return List.of(Metric.of(new Accuracy(correct, chosen.length)));
  }
}
