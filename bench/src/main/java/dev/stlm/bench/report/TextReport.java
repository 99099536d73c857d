package dev.stlm.bench.report;

import dev.stlm.bench.results.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Results as a table of plain text: a row a model, a column a figure ± one standard error. */
public final class TextReport {
  private final Comparison comparison;

  /** A report on some runs, at least one; differences are from the first. */
  public TextReport(List<ResultSet> runs) {
    this.comparison = new Comparison(runs);
  }

  /** The table, and below it how the models differ; ends with a newline. */
  public String text() {
    StringBuilder out = new StringBuilder(layOut(ComparisonTables.scores(comparison)));
    Table differences = ComparisonTables.differences(comparison);
    if (!differences.rows().isEmpty()) {
      out.append('\n').append(layOut(differences));
    }
    return out.toString();
  }

  /** Control characters could move the cursor of a terminal. */
  private static String printable(String s) {
    StringBuilder out = new StringBuilder();
    s.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return out.toString();
  }

  /** A table as lines of text, columns aligned; ends with a newline. */
  public static String layOut(Table table) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(table.head());
    table.rows().forEach(row -> rows.add(row.stream().map(TextReport::printable).toList()));
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
