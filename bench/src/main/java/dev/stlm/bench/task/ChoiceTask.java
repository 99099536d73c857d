package dev.stlm.bench.task;

import dev.stlm.model.storage.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A multiple-choice task: say where its rows are and how one becomes a {@link ChoiceDocument}.
 *
 * <p>Rows are read from {@code DIRECTORY/SPLIT.jsonl.gz}; few-shot examples are drawn as the
 * lm-evaluation-harness draws them, with one generator a task that goes on from document to
 * document, so a limit does not disturb the documents that are left.
 *
 * @param <R> a record with a component for every field of a row; equal rows are equal documents
 */
public abstract class ChoiceTask<R extends Record> implements EvalTask {
  private final String name;
  private final String split;
  private final Class<R> rowType;
  private final FewShot fewShot;
  private final List<Metric> metrics;

  /**
   * A task.
   *
   * @param name its name
   * @param split where the evaluated rows are, as {@code DIRECTORY/SPLIT}
   * @param rowType the record of a row
   * @param fewShot where examples come from
   * @param metrics some of acc, acc_norm, acc_bytes; the main one first
   */
  protected ChoiceTask(
      String name, String split, Class<R> rowType, FewShot fewShot, List<Metric> metrics) {
    this.name = name;
    this.split = split;
    this.rowType = rowType;
    this.fewShot = fewShot;
    this.metrics = List.copyOf(metrics);
  }

  /** Renders a row. */
  protected abstract ChoiceDocument render(R row);

  @Override
  public String name() {
    return name;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Metric> metrics() {
    return metrics;
  }

  @Override
  public Prepared prepare(TaskSettings settings) {
    DataSplit<R> data = DataSplit.read(settings.data(), split, rowType);
    int shots = fewShot.count(settings);
    if (shots == 0) {
      return new Prepared(documents(data.rows(), settings, null), data.sha256(), 0);
    }
    DataSplit<R> pool = DataSplit.read(settings.data(), fewShot.pool(), rowType);
    FewShot.Sampler<R> sampler = fewShot.sampler(pool.rows(), shots, settings.seed(), pool.where());
    String both =
        Sha256.hex(
            data.sha256().getBytes(StandardCharsets.US_ASCII),
            pool.sha256().getBytes(StandardCharsets.US_ASCII));
    return new Prepared(documents(data.rows(), settings, sampler), both, shots);
  }

  private List<Document> documents(
      List<R> rows,
      TaskSettings settings,
      FewShot.@org.jspecify.annotations.Nullable Sampler<R> sampler) {
    List<Document> documents = new ArrayList<>();
    for (R row : rows.subList(0, settings.documents(rows.size()))) {
      StringBuilder prefix = new StringBuilder();
      if (sampler != null) {
        sampler.next(row).forEach(example -> prefix.append(render(example).example()));
      }
      ChoiceDocument d = render(row);
      documents.add(
          new Document(d.requests(prefix.toString()), answers -> d.mark(metrics, answers)));
    }
    return documents;
  }
}
