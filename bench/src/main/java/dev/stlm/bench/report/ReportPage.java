package dev.stlm.bench.report;

import dev.stlm.bench.results.ResultSet;
import dev.stlm.model.storage.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * One HTML page that needs nothing but itself: text, tables, plots and sample texts, in the order
 * in which they are added. Everything given is escaped. Not thread-safe.
 */
public final class ReportPage {
  private final String title;
  private final StringBuilder body = new StringBuilder();
  private int ids;

  /** A page with a heading and nothing else. */
  public ReportPage(String title) {
    this.title = title;
  }

  /** Starts a part of the page. */
  public ReportPage section(String heading) {
    body.append("<h2>").append(Html.escape(heading)).append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  public ReportPage paragraph(String text) {
    body.append("<p>").append(Html.escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a table. */
  public ReportPage table(Table table) {
    table(table, "t" + ids++);
    return this;
  }

  /** Adds a table that is folded away until it is asked for. */
  public ReportPage foldedTable(Table table) {
    body.append("<details><summary>").append(Html.escape(table.caption())).append("</summary>\n");
    table(table, "t" + ids++);
    body.append("</details>\n");
    return this;
  }

  /** Adds a plot with a table of its numbers beside it. */
  public ReportPage plot(Plot plot) {
    return plot(plot, PlotTables.of(plot));
  }

  /** Adds a plot with another table beside it, such as quantiles beside a distribution. */
  public ReportPage plot(Plot plot, Table beside) {
    String id = "t" + ids++;
    body.append("<figure><figcaption>")
        .append(Html.escape(plot.title()))
        .append("</figcaption>\n<div class=\"pair\"><div class=\"plot\" role=\"img\" aria-label=\"")
        .append(Html.escape("Plot: " + plot.title()))
        .append("\" aria-describedby=\"")
        .append(id)
        .append("\"><script type=\"application/json\">")
        .append(Html.json(plot))
        .append("</script></div>\n");
    table(beside, id);
    body.append("</div></figure>\n");
    return this;
  }

  /**
   * Adds text as a model wrote it.
   *
   * @param caption what it is
   * @param prompt the part that was given to the model; may be empty
   * @param text what the model wrote after it
   */
  public ReportPage sample(String caption, String prompt, String text) {
    body.append("<figure><figcaption>")
        .append(Html.escape(caption))
        .append("</figcaption>\n<pre class=\"sample\" tabindex=\"0\"><b>")
        .append(Html.escape(prompt))
        .append("</b>")
        .append(Html.escape(text))
        .append("</pre></figure>\n");
    return this;
  }

  /** Adds tables and plots that compare runs; differences are from the first. */
  public ReportPage comparison(List<ResultSet> runs) {
    new ComparisonSections(runs).addTo(this);
    return this;
  }

  private void table(Table table, String id) {
    body.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"c")
        .append(id)
        .append("\"><table id=\"")
        .append(id)
        .append("\"><caption id=\"c")
        .append(id)
        .append("\">")
        .append(Html.escape(table.caption()))
        .append("</caption>\n<thead><tr>");
    for (String cell : table.head()) {
      body.append("<th scope=\"col\">").append(Html.escape(cell)).append("</th>");
    }
    body.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : table.rows()) {
      body.append("<tr><th scope=\"row\">").append(Html.escape(row.getFirst())).append("</th>");
      for (String cell : row.subList(1, row.size())) {
        body.append("<td>").append(Html.escape(cell)).append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
  }

  /** The whole page. */
  public String html() {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>
    %s
    %s
    </style>
    </head>
    <body>
    <main>
    <h1>%s</h1>
    %s</main>
    <!-- Plots by uPlot:
    %s-->
    <script>
    %s
    </script>
    <script>
    %s
    </script>
    </body>
    </html>
    """
        .formatted(
            Html.escape(title),
            PageResources.uplot("dist/uPlot.min.css"),
            PageResources.own("report.css"),
            Html.escape(title),
            body,
            PageResources.uplot("LICENSE").replace("--", "- -"),
            PageResources.uplot("dist/uPlot.iife.min.js"),
            PageResources.own("report.js"));
  }

  /** Writes the page, whole or not at all. */
  public void write(Path file) {
    AtomicFile.write(file, html().getBytes(StandardCharsets.UTF_8));
  }
}
