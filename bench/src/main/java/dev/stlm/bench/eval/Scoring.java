package dev.stlm.bench.eval;

import dev.stlm.bench.stats.Estimate;
import dev.stlm.bench.stats.Observation;
import dev.stlm.bench.stats.Pooling;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.TaskGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From answers to figures. */
public final class Scoring {
  /** Resamples behind a bootstrap error, as in published figures. */
  public static final int BOOTSTRAP_ITERATIONS = 100_000;

  private Scoring() {}

  /**
   * Marks every document.
   *
   * @param answers for each document, in order, its answers in request order
   * @return for each metric one observation a document
   */
  public static Map<Metric, List<Observation>> mark(
      EvalTask task, EvalTask.Prepared prepared, List<List<Answer>> answers) {
    Map<Metric, List<Observation>> marks = new LinkedHashMap<>();
    task.metrics().forEach(m -> marks.put(m, new ArrayList<>()));
    for (int d = 0; d < answers.size(); d++) {
      prepared
          .documents()
          .get(d)
          .marking()
          .mark(answers.get(d))
          .forEach((m, o) -> marks.computeIfAbsent(m, _ -> new ArrayList<>()).add(o));
    }
    return marks;
  }

  /** One figure a metric. */
  public static Map<Metric, Estimate> aggregate(
      Map<Metric, List<Observation>> marks, int bootstrapIterations) {
    Map<Metric, Estimate> figures = new LinkedHashMap<>();
    marks.forEach((m, list) -> figures.put(m, m.aggregation().of(list, bootstrapIterations)));
    return figures;
  }

  /** The figures of a group from those of its tasks; metrics that every task has. */
  public static Map<Metric, Estimate> pool(TaskGroup group, List<Map<Metric, Estimate>> tasks) {
    Map<Metric, Estimate> figures = new LinkedHashMap<>();
    for (Metric m : tasks.getFirst().keySet()) {
      List<Estimate> leaves = new ArrayList<>();
      for (Map<Metric, Estimate> task : tasks) {
        Estimate e = task.get(m);
        if (e != null) {
          leaves.add(e);
        }
      }
      if (leaves.size() == tasks.size()) {
        figures.put(m, Pooling.pool(leaves, group.weightBySize()));
      }
    }
    return figures;
  }
}
