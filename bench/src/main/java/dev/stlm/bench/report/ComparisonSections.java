package dev.stlm.bench.report;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of a page that compare runs. */
final class ComparisonSections {
  private static final int CURVE_POINTS = 100;

  private final Comparison comparison;

  ComparisonSections(List<ResultSet> runs) {
    this.comparison = new Comparison(runs);
  }

  void addTo(ReportPage page) {
    page.section("Scores").table(ComparisonTables.scores(comparison));
    sizes(page);
    accuracies(page);
    Table differences = ComparisonTables.differences(comparison);
    if (!differences.rows().isEmpty()) {
      page.section("Differences")
          .paragraph(
              "All models answered the same documents, so differences are paired: their errors are"
                  + " smaller than those of the figures suggest. McNemar p is the chance of so"
                  + " uneven a split of the documents on which two equally good models disagree.")
          .table(differences);
    }
    latencies(page);
    page.section("Details");
    Table members = ComparisonTables.members(comparison);
    if (!members.rows().isEmpty()) {
      page.foldedTable(members);
    }
    page.foldedTable(ComparisonTables.provenance(comparison));
  }

  private void sizes(ReportPage page) {
    for (Comparison.Column column : comparison.columns()) {
      if (!column.metric().equals("bits_per_byte")) {
        continue;
      }
      List<Plot.Mark> marks = new ArrayList<>();
      for (int i = 0; i < comparison.runs().size(); i++) {
        ResultSet run = comparison.runs().get(i);
        ModelFacts model = run.summary().model();
        Optional<Summary.Figure> figure = comparison.figure(run, column);
        Double value = figure.map(Summary.Figure::value).orElse(null);
        Double error = figure.map(Summary.Figure::standardError).orElse(null);
        if (value != null && model.bytes() > 0) {
          String name = comparison.names().get(i);
          marks.add(new Plot.Mark(name, model.bytes() / 1e6, value, error == null ? 0 : error));
        }
      }
      if (!marks.isEmpty()) {
        page.section("Quality for size")
            .plot(
                new Plot.Scatter(
                    "Bits per byte and size on disk, lower and further left is better; bars: one"
                        + " standard error",
                    "size on disk, MB",
                    "bits per byte",
                    marks));
      }
    }
  }

  private void accuracies(ReportPage page) {
    List<Comparison.Column> columns =
        comparison.columns().stream().filter(c -> c.metric().startsWith("acc")).toList();
    if (columns.isEmpty()) {
      return;
    }
    List<Plot.Bars> series = new ArrayList<>();
    for (int i = 0; i < comparison.runs().size(); i++) {
      List<@Nullable Double> values = new ArrayList<>();
      List<@Nullable Double> errors = new ArrayList<>();
      for (Comparison.Column column : columns) {
        Optional<Summary.Figure> figure = comparison.figure(comparison.runs().get(i), column);
        values.add(figure.map(Summary.Figure::value).orElse(null));
        errors.add(figure.map(Summary.Figure::standardError).orElse(null));
      }
      series.add(new Plot.Bars(comparison.names().get(i), values, errors));
    }
    page.section("Accuracy")
        .plot(
            new Plot.ErrorBars(
                "Accuracy; bars: one standard error",
                "share right",
                columns.stream().map(Comparison.Column::title).toList(),
                series));
  }

  private void latencies(ReportPage page) {
    List<Plot.Curve> curves = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < comparison.runs().size(); i++) {
      long[] micros = comparison.runs().get(i).latencies();
      if (micros.length == 0) {
        continue;
      }
      Arrays.sort(micros);
      String name = comparison.names().get(i);
      curves.add(distribution(name, micros));
      rows.add(
          List.of(
              name,
              ComparisonTables.count(micros.length),
              millis(micros, 0.5),
              millis(micros, 0.9),
              millis(micros, 0.99)));
    }
    if (!curves.isEmpty()) {
      page.section("Latency")
          .plot(
              new Plot.Lines(
                  "Share of requests answered within a time",
                  "milliseconds",
                  "share",
                  true,
                  curves),
              new Table(
                  "Quantiles of the time for a request, in milliseconds",
                  List.of("model", "requests", "50 %", "90 %", "99 %"),
                  rows));
    }
  }

  /** The empirical distribution at about a hundred quantiles. */
  private static Plot.Curve distribution(String name, long[] sorted) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int q = 1; q <= CURVE_POINTS; q++) {
      double share = (double) q / CURVE_POINTS;
      double ms = Math.max(1, quantile(sorted, share)) / 1e3;
      if (!x.isEmpty() && x.getLast() == ms) {
        y.set(y.size() - 1, share);
      } else {
        x.add(ms);
        y.add(share);
      }
    }
    return new Plot.Curve(name, x, y);
  }

  private static long quantile(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) Math.ceil(share * sorted.length) - 1)];
  }

  private static String millis(long[] sorted, double share) {
    return PlotTables.number(quantile(sorted, share) / 1e3);
  }
}
