package dev.stlm.bench.report;

import java.util.List;

/**
 * A table of texts; the first column names the rows.
 *
 * @param caption what it shows
 * @param head names of the columns
 * @param rows one cell a column
 */
public record Table(String caption, List<String> head, List<List<String>> rows) {
  public Table {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != head.size()) {
        throw new IllegalArgumentException(
            "a row of %d cells in a table of %d columns: %s"
                .formatted(row.size(), head.size(), caption));
      }
    }
  }
}
