package dev.stlm.bench.report;

import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.stats.PairedDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Per-document values of two runs, on the documents that both have. */
record PairedValues(List<Double> first, List<Double> second) {

  static PairedValues of(
      List<String> tasks,
      String metric,
      Map<ResultSet.Measure, Map<Integer, Double>> one,
      Map<ResultSet.Measure, Map<Integer, Double>> other) {
    PairedValues pairs = new PairedValues(new ArrayList<>(), new ArrayList<>());
    for (String task : tasks) {
      ResultSet.Measure measure = new ResultSet.Measure(task, metric);
      Map<Integer, Double> theirs = other.getOrDefault(measure, Map.of());
      one.getOrDefault(measure, Map.of())
          .forEach((document, value) -> {
            Double match = theirs.get(document);
            if (match != null) {
              pairs.first.add(value);
              pairs.second.add(match);
            }
          });
    }
    return pairs;
  }

  int size() {
    return first.size();
  }

  PairedDifference difference() {
    return PairedDifference.of(
        first.stream().mapToDouble(v -> v).toArray(),
        second.stream().mapToDouble(v -> v).toArray());
  }
}
