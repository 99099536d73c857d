package dev.stlm.bench.report;

import dev.stlm.bench.results.ModelFacts;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.results.Summary;
import dev.stlm.bench.stats.Decimals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Results as a table of plain text: a row a model, a column a figure ± one standard error. */
public final class TextReport {
  private final Comparison comparison;

  /** A report on some runs, at least one; differences are from the first. */
  public TextReport(List<ResultSet> runs) {
    this.comparison = new Comparison(runs);
  }

  /** The table, and below it how the models differ; ends with a newline. */
  public String text() {
    StringBuilder out = new StringBuilder(layOut(scores()));
    List<Comparison.Difference> differences = comparison.differences();
    if (!differences.isEmpty()) {
      out.append('\n').append(layOut(differences(differences)));
    }
    return out.toString();
  }

  private List<List<String>> scores() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("model", "parameters", "size"));
    comparison.columns().forEach(c -> head.add(c.title()));
    rows.add(head);
    List<String> names = comparison.names();
    for (int i = 0; i < names.size(); i++) {
      ResultSet run = comparison.runs().get(i);
      ModelFacts model = run.summary().model();
      List<String> row = new ArrayList<>();
      row.add(printable(names.get(i)));
      row.add(count(model.parameters()));
      row.add(bytes(model.bytes()));
      comparison.columns().forEach(c -> row.add(figure(comparison.figure(run, c))));
      rows.add(row);
    }
    return rows;
  }

  private List<List<String>> differences(List<Comparison.Difference> differences) {
    List<String> names = comparison.names();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("difference from " + printable(names.getFirst()), "figure", "paired", "p"));
    for (Comparison.Difference d : differences) {
      rows.add(
          List.of(
              printable(names.get(d.run())),
              d.column().title(),
              signed(d.paired().difference()) + plusMinus(d.paired().standardError()),
              Decimals.fixed(d.paired().mcNemar(), 4)));
    }
    return rows;
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

  /** Control characters could move the cursor of a terminal. */
  private static String printable(String s) {
    StringBuilder out = new StringBuilder();
    s.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return out.toString();
  }

  private static String layOut(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).codePointCount(0, row.get(c).length()));
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        String pad = " ".repeat(widths[c] - cell.codePointCount(0, cell.length()));
        line.append(c == 0 ? cell + pad : "  " + pad + cell);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
