package dev.stlm.bench.report;

import dev.stlm.bench.stats.Decimals;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The numbers of a plot as a table, for who can not or does not want to see it. */
final class PlotTables {
  /** A long curve is thinned: a table of thousands of rows helps nobody. */
  static final int MAX_ROWS = 24;

  private PlotTables() {}

  static Table of(Plot plot) {
    return switch (plot) {
      case Plot.Lines lines -> lines(lines);
      case Plot.Scatter scatter -> scatter(scatter);
      case Plot.ErrorBars bars -> errorBars(bars);
    };
  }

  private static Table lines(Plot.Lines plot) {
    List<String> head = new ArrayList<>(List.of(plot.xLabel()));
    Map<Double, List<String>> rows = new TreeMap<>();
    for (int c = 0; c < plot.curves().size(); c++) {
      Plot.Curve curve = plot.curves().get(c);
      head.add(curve.name());
      for (int i = 0; i < curve.x().size(); i++) {
        List<String> row = rows.computeIfAbsent(curve.x().get(i), x -> start(number(x)));
        fill(row, c + 1);
        row.add(number(curve.y().get(i)));
      }
    }
    List<List<String>> all = new ArrayList<>(rows.values());
    all.forEach(row -> fill(row, head.size()));
    return new Table(plot.title(), head, thinned(all));
  }

  private static List<String> start(String cell) {
    return new ArrayList<>(List.of(cell));
  }

  private static void fill(List<String> row, int size) {
    while (row.size() < size) {
      row.add("–");
    }
  }

  private static List<List<String>> thinned(List<List<String>> rows) {
    if (rows.size() <= MAX_ROWS) {
      return rows;
    }
    List<List<String>> some = new ArrayList<>();
    for (int i = 0; i < MAX_ROWS; i++) {
      some.add(rows.get((int) Math.round((double) i * (rows.size() - 1) / (MAX_ROWS - 1))));
    }
    return some;
  }

  private static Table scatter(Plot.Scatter plot) {
    List<List<String>> rows = new ArrayList<>();
    for (Plot.Mark m : plot.marks()) {
      rows.add(List.of(m.name(), number(m.x()), figure(m.y(), m.error() > 0 ? m.error() : null)));
    }
    return new Table(plot.title(), List.of("model", plot.xLabel(), plot.yLabel()), rows);
  }

  private static Table errorBars(Plot.ErrorBars plot) {
    List<List<String>> rows = new ArrayList<>();
    for (int g = 0; g < plot.groups().size(); g++) {
      for (Plot.Bars s : plot.series()) {
        rows.add(
            List.of(plot.groups().get(g), s.name(), figure(s.values().get(g), s.errors().get(g))));
      }
    }
    return new Table(plot.title(), List.of("task", "model", plot.yLabel()), rows);
  }

  private static String figure(@Nullable Double value, @Nullable Double error) {
    if (value == null) {
      return "–";
    }
    return Decimals.fixed(value, 4) + (error == null ? "" : " ± " + Decimals.fixed(error, 4));
  }

  /** Four significant digits without an exponent; whole numbers in full. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(java.util.Locale.ROOT, "%,d", (long) value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
    // 6.5 has two digits: the others of its column have four
    int missing = 4 - rounded.precision();
    return (missing > 0 ? rounded.setScale(rounded.scale() + missing) : rounded).toPlainString();
  }
}
