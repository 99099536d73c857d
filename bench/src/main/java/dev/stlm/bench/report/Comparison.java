package dev.stlm.bench.report;

import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.Summary;
import dev.stlm.bench.stats.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Several runs side by side: which figures they share, and how they differ from the first. */
final class Comparison {
  private final List<ResultSet> runs;
  private final List<Column> columns;

  /** A figure that at least one run has: a metric of a task or group. */
  record Column(String task, String metric, boolean higherIsBetter) {
    String title() {
      return task.equals(metric) ? task : task + " " + metric;
    }
  }

  /**
   * How a run differs from the first on documents that both answered.
   *
   * @param run index of the run, 1 or more
   * @param standardError of the paired difference; NaN if there is none
   * @param p exact two-sided p value of McNemar's test; NaN where it does not apply
   */
  record Difference(int run, Column column, double difference, double standardError, double p) {}

  Comparison(List<ResultSet> runs) {
    this.runs = List.copyOf(runs);
    Set<Column> found = new LinkedHashSet<>();
    for (ResultSet run : runs) {
      for (Summary.Score score : run.summary().scores()) {
        if (isTopLevel(run.summary(), score)) {
          score
              .figures()
              .forEach(f -> found.add(new Column(score.name(), f.metric(), f.higherIsBetter())));
        }
      }
    }
    // what every run on a text is about comes first
    this.columns =
        found.stream()
            .sorted(Comparator.comparing(c -> !c.metric().equals("bits_per_byte")))
            .toList();
  }

  /** A task whose group has a figure of its own is left to the details. */
  private static boolean isTopLevel(Summary summary, Summary.Score score) {
    return score.group().isEmpty()
        || summary.scores().stream().noneMatch(s -> s.name().equals(score.group()));
  }

  List<ResultSet> runs() {
    return runs;
  }

  List<Column> columns() {
    return columns;
  }

  /** Names of the runs: the model's, with the directory where two models share a name. */
  List<String> names() {
    List<String> plain = runs.stream().map(r -> r.summary().model().name()).toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      String name = plain.get(i);
      boolean shared = plain.stream().filter(name::equals).count() > 1;
      names.add(shared ? name + " (" + runs.get(i).directory() + ")" : name);
    }
    return names;
  }

  Optional<Summary.Figure> figure(ResultSet run, Column column) {
    return run.summary().scores().stream()
        .filter(s -> s.name().equals(column.task()))
        .flatMap(s -> s.figures().stream())
        .filter(f -> f.metric().equals(column.metric()))
        .findFirst();
  }

  /** Paired differences of every later run from the first. */
  List<Difference> differences() {
    List<Difference> all = new ArrayList<>();
    if (runs.size() < 2) {
      return all;
    }
    Map<ResultSet.Measure, Map<Integer, Observation>> first = runs.getFirst().documents();
    for (int i = 1; i < runs.size(); i++) {
      Map<ResultSet.Measure, Map<Integer, Observation>> other = runs.get(i).documents();
      for (Column column : columns) {
        PairedValues pairs = PairedValues.of(tasksOf(column), column.metric(), first, other);
        if (column.metric().equals("bits_per_byte")) {
          pairs.ofBitsPerByte(i, column).ifPresent(all::add);
        } else if (column.metric().startsWith("acc")) {
          pairs.ofMeans(i, column).ifPresent(all::add);
        }
      }
    }
    return all;
  }

  /** The tasks behind a column: itself, or the members of the group. */
  private List<String> tasksOf(Column column) {
    Set<String> tasks = new LinkedHashSet<>();
    for (ResultSet run : runs) {
      for (Summary.Score s : run.summary().scores()) {
        if (s.group().equals(column.task())) {
          tasks.add(s.name());
        }
      }
    }
    return tasks.isEmpty() ? List.of(column.task()) : List.copyOf(tasks);
  }
}
