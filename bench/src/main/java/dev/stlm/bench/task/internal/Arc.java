package dev.stlm.bench.task.internal;

import dev.stlm.bench.task.ChoiceDocument;
import dev.stlm.bench.task.ChoiceTask;
import dev.stlm.bench.task.FewShot;
import dev.stlm.bench.task.Metric;
import java.util.List;

/** Questions of school science exams (Clark et al. 2018, arXiv 1803.05457). */
final class Arc extends ChoiceTask<Arc.Row> {
  private final String description;

  record Row(String id, String question, Choices choices, String answerKey) {}

  /** Labels are letters or digits: the answer key is looked up among them. */
  record Choices(List<String> text, List<String> label) {}

  Arc(String name, String description) {
    super(
        name,
        name + "/test",
        Row.class,
        new FewShot(FewShot.Rule.DRAWN, name + "/train"),
        List.of(Metric.ACC, Metric.ACC_NORM));
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  protected ChoiceDocument render(Row row) {
    return ChoiceDocument.answers(
        "Question: " + row.question() + "\nAnswer:",
        row.choices().text(),
        row.choices().label().indexOf(row.answerKey()));
  }
}
