package dev.stlm.training.internal.finetune;

import dev.stlm.model.LanguageModel;
import dev.stlm.training.finetune.AnswerScoring;
import dev.stlm.training.finetune.Example;
import dev.stlm.training.finetune.FineTuningTask;
import dev.stlm.training.finetune.Row;
import dev.stlm.training.metric.Bleu;
import dev.stlm.training.metric.Chrf;
import dev.stlm.training.metric.Metric;
import java.util.List;

/** Short sentences from one language into another, written greedily. */
public final class Translation implements FineTuningTask {
  private static final PromptTemplate TEMPLATE = new PromptTemplate("", "\nTranslation:", " ");

  /** Longest translation, as a multiple of the bytes of its prompt. */
  private static final int LONGER = 3;

  @Override
  public String name() {
    return "translation";
  }

  @Override
  public String description() {
    return "short sentences: {\"source\", \"target\"} or {\"en\", \"de\"}; metrics: chrF, BLEU,"
        + " bits per byte of the answers";
  }

  @Override
  public Example example(Row row) {
    return new Example(List.of(TEMPLATE.turn(row.text("source", "en"), row.text("target", "de"))));
  }

  @Override
  public List<Metric> measure(LanguageModel model, List<Example> examples) {
    int longest = examples.stream().mapToInt(e -> e.prompt().length()).max().orElseThrow();
    List<String> written = AnswerScoring.written(model, examples, LONGER * longest);
    List<String> wanted = examples.stream().map(e -> e.answer().strip()).toList();
    int n = examples.size();
    return List.of(
        Metric.score("chrF", Chrf.of(written, wanted).score(), n),
        Metric.score("BLEU", Bleu.of(written, wanted).score(), n),
        Metric.cost("bits per byte", AnswerScoring.bitsPerByte(model, examples), n));
  }
}
