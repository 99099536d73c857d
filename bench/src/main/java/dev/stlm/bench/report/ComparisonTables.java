package dev.stlm.bench.report;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.Summary;
import dev.stlm.bench.stats.Decimals;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The tables of a comparison. */
final class ComparisonTables {
  private ComparisonTables() {}

  /** A row a model, a column a figure ± one standard error. */
  static Table scores(Comparison comparison) {
    List<String> head = new ArrayList<>(List.of("model", "parameters", "size"));
    comparison.columns().forEach(c -> head.add(c.title()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < comparison.names().size(); i++) {
      ResultSet run = comparison.runs().get(i);
      ModelFacts model = run.summary().model();
      List<String> row = new ArrayList<>();
      row.add(comparison.names().get(i));
      row.add(count(model.parameters()));
      row.add(bytes(model.bytes()));
      comparison.columns().forEach(c -> row.add(figure(comparison.figure(run, c))));
      rows.add(row);
    }
    return new Table("Figures ± one standard error", head, rows);
  }

  /** How every later run differs from the first, on the same documents; no rows for one run. */
  static Table differences(Comparison comparison) {
    List<String> names = comparison.names();
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Difference d : comparison.differences()) {
      rows.add(
          List.of(
              names.get(d.run()),
              d.column().title(),
              signed(d.difference()) + plusMinus(d.standardError()),
              Double.isNaN(d.p()) ? "–" : Decimals.fixed(d.p(), 4)));
    }
    return new Table(
        "Paired difference on the same documents ± one standard error",
        List.of("difference from " + names.getFirst(), "figure", "difference", "McNemar p"),
        rows);
  }

  /** A row a task that counts into a group, a column a model; no rows without groups. */
  static Table members(Comparison comparison) {
    Set<Comparison.Column> members = new LinkedHashSet<>();
    for (ResultSet run : comparison.runs()) {
      for (Summary.Score s : run.summary().scores()) {
        if (!s.group().isEmpty()) {
          s.figures()
              .forEach(f ->
                  members.add(new Comparison.Column(s.name(), f.metric(), f.higherIsBetter())));
        }
      }
    }
    List<String> head = new ArrayList<>(List.of("task"));
    head.addAll(comparison.names());
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Column c : members) {
      List<String> row = new ArrayList<>(List.of(c.title()));
      comparison.runs().forEach(run -> row.add(figure(comparison.figure(run, c))));
      rows.add(row);
    }
    return new Table("Each task of the groups", head, rows);
  }

  /** What makes the figures repeatable: versions, documents, data. */
  static Table provenance(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < comparison.names().size(); i++) {
      Summary summary = comparison.runs().get(i).summary();
      for (Summary.Score s : summary.scores()) {
        if (s.group().isEmpty()) {
          rows.add(
              List.of(
                  comparison.names().get(i),
                  s.name(),
                  s.version() == 0 ? "–" : Integer.toString(s.version()),
                  count(s.figures().isEmpty() ? 0 : s.figures().getFirst().documents()),
                  s.fewShot() == 0 ? "0" : s.fewShot() + " (seed " + s.seed() + ")",
                  "%.16s".formatted(s.data().isEmpty() ? "–" : s.data()),
                  "%.16s".formatted(summary.model().hash()),
                  summary.model().runtime(),
                  summary.stlm()));
        }
      }
    }
    return new Table(
        "Versions, data and models behind the figures",
        List.of(
            "model",
            "task",
            "version",
            "documents",
            "examples",
            "data",
            "weights",
            "runtime",
            "stlm"),
        rows);
  }

  /** A figure with its error, or a dash. */
  static String figure(Optional<Summary.Figure> figure) {
    if (figure.isEmpty()) {
      return "–";
    }
    Double value = figure.get().value();
    Double error = figure.get().standardError();
    return value == null
        ? "not finite"
        : Decimals.fixed(value, 4) + (error == null ? "" : plusMinus(error));
  }

  static String plusMinus(double error) {
    return Double.isNaN(error) ? "" : " ± " + Decimals.fixed(error, 4);
  }

  static String signed(double value) {
    return (value < 0 ? "−" : "+") + Decimals.fixed(Math.abs(value), 4);
  }

  static String count(long n) {
    return n == 0 ? "–" : String.format(Locale.ROOT, "%,d", n);
  }

  static String bytes(long n) {
    if (n == 0) {
      return "–";
    }
    return n < 1_000_000 ? Decimals.fixed(n / 1e3, 1) + " kB" : Decimals.fixed(n / 1e6, 2) + " MB";
  }
}
