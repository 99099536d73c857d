package dev.stlm.bench.report;

import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.stats.Aggregation;
import dev.stlm.bench.stats.Estimate;
import dev.stlm.bench.stats.Observation;
import dev.stlm.bench.stats.PairedDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Marks of two runs on the documents that both have. */
record PairedValues(List<Observation> first, List<Observation> second) {

  static PairedValues of(
      List<String> tasks,
      String metric,
      Map<ResultSet.Measure, Map<Integer, Observation>> one,
      Map<ResultSet.Measure, Map<Integer, Observation>> other) {
    PairedValues pairs = new PairedValues(new ArrayList<>(), new ArrayList<>());
    for (String task : tasks) {
      ResultSet.Measure measure = new ResultSet.Measure(task, metric);
      Map<Integer, Observation> theirs = other.getOrDefault(measure, Map.of());
      one.getOrDefault(measure, Map.of())
          .forEach((document, mark) -> {
            Observation match = theirs.get(document);
            if (match != null) {
              pairs.first.add(mark);
              pairs.second.add(match);
            }
          });
    }
    return pairs;
  }

  /** How shares of right answers differ; empty if no document is shared. */
  Optional<Comparison.Difference> ofMeans(int run, Comparison.Column column) {
    if (first.isEmpty()) {
      return Optional.empty();
    }
    PairedDifference d = PairedDifference.of(values(first), values(second));
    return Optional.of(
        new Comparison.Difference(run, column, d.difference(), d.standardError(), d.mcNemar()));
  }

  /** How bits a byte differ; empty if no block is shared. */
  Optional<Comparison.Difference> ofBitsPerByte(int run, Comparison.Column column) {
    if (first.isEmpty()) {
      return Optional.empty();
    }
    List<Observation> differences = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Observation a = first.get(i);
      differences.add(new Observation(second.get(i).value() - a.value(), a.weight()));
    }
    Estimate e = Aggregation.BLOCK_BITS_PER_BYTE.of(differences, 0);
    return Optional.of(
        new Comparison.Difference(
            run, column, e.value(), e.standardError().orElse(Double.NaN), Double.NaN));
  }

  private static double[] values(List<Observation> marks) {
    return marks.stream().mapToDouble(Observation::value).toArray();
  }
}
