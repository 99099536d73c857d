package dev.stlm.bench.study;

import dev.stlm.bench.stats.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The runs of one variant put together.
 *
 * @param runs one a seed, at least one
 */
record StudySummary(String variant, String group, List<StudyResult> runs) {
  StudySummary {
    runs = List.copyOf(runs);
  }

  /** Groups results by variant, in the order of the plan; variants without a run are left out. */
  static List<StudySummary> of(StudyPlan plan, List<StudyResult> results) {
    Map<String, List<StudyResult>> byName = new LinkedHashMap<>();
    plan.variants().forEach(v -> byName.put(v.name(), new ArrayList<>()));
    for (StudyResult r : results) {
      List<StudyResult> runs = byName.get(r.variant());
      if (runs != null) {
        runs.add(r);
      }
    }
    List<StudySummary> summaries = new ArrayList<>();
    byName.forEach((name, runs) -> {
      if (!runs.isEmpty()) {
        summaries.add(new StudySummary(name, runs.getFirst().group(), runs));
      }
    });
    return summaries;
  }

  StudyResult first() {
    return runs.getFirst();
  }

  /** Mean over the seeds. */
  double bitsPerByte() {
    return Moments.mean(values());
  }

  /** Standard error of the mean over the seeds; empty for one seed. */
  OptionalDouble standardError() {
    double error = Moments.standardError(values());
    return Double.isNaN(error) ? OptionalDouble.empty() : OptionalDouble.of(error);
  }

  /** Relative difference of the means, this minus another, in percent of the other. */
  double percentAgainst(StudySummary other) {
    return 100 * (bitsPerByte() / other.bitsPerByte() - 1);
  }

  /**
   * Standard error of {@link #percentAgainst}, from the differences seed by seed; empty with fewer
   * than two seeds in common.
   */
  Optional<Double> percentError(StudySummary other) {
    List<Double> differences = new ArrayList<>();
    for (StudyResult mine : runs) {
      for (StudyResult theirs : other.runs) {
        if (mine.seed() == theirs.seed()) {
          differences.add(100 * (mine.bitsPerByte() / theirs.bitsPerByte() - 1));
        }
      }
    }
    double error = Moments.standardError(differences.stream().mapToDouble(d -> d).toArray());
    return Double.isNaN(error) ? Optional.empty() : Optional.of(error);
  }

  private double[] values() {
    return runs.stream().mapToDouble(StudyResult::bitsPerByte).toArray();
  }
}
