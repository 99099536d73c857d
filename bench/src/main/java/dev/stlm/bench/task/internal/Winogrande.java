package dev.stlm.bench.task.internal;

import dev.stlm.bench.task.ChoiceDocument;
import dev.stlm.bench.task.ChoiceTask;
import dev.stlm.bench.task.FewShot;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.WhiteSpace;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;

/**
 * Which of two names fills the blank (Sakaguchi et al. 2019, arXiv 1907.10641), by partial
 * evaluation: the same rest of the sentence after each.
 *
 * <p>Few-shot examples come from train_l, not from the harness's train_xl.
 */
final class Winogrande extends ChoiceTask<Winogrande.Row> {
  record Row(String qID, String sentence, String option1, String option2, String answer) {}

  Winogrande() {
    super(
        "winogrande",
        "winogrande/validation",
        Row.class,
        new FewShot(FewShot.Rule.DRAWN_WITH_SPARE, "winogrande/train_l"),
        List.of(Metric.ACC));
  }

  @Override
  public String description() {
    return "which name a pronoun stands for, 1267 sentences; chance is 0.5";
  }

  @Override
  protected ChoiceDocument render(Row row) {
    int blank = row.sentence().indexOf('_');
    if (blank < 0) {
      throw new InvalidInputException(
          "winogrande: the sentence of " + row.qID() + " has no blank '_'; repair the data");
    }
    String before = row.sentence().substring(0, blank);
    String after = WhiteSpace.strip(row.sentence().substring(blank + 1));
    int gold =
        switch (row.answer()) {
          case "1" -> 0;
          case "2" -> 1;
          default ->
              throw new InvalidInputException(
                  "winogrande: the answer of " + row.qID() + " is not 1 or 2; repair the data");
        };
    return ChoiceDocument.queries(
        List.of(before + row.option1(), before + row.option2()), after, gold);
  }
}
