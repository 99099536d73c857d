package dev.stlm.bench.study;

import dev.stlm.bench.report.Plot;
import dev.stlm.bench.report.ReportPage;
import dev.stlm.bench.report.Table;
import dev.stlm.model.storage.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A study as Markdown tables and as a page with plots. */
final class StudyReport {
  private static final List<String> HEAD =
      List.of(
          "variant",
          "bits per byte",
          "± s.e.",
          "seeds",
          "against the first",
          "parameters",
          "forward MFLOP a byte",
          "MB read",
          "minutes",
          "bytes a patch");

  private final StudyRecipe recipe;
  private final List<StudySummary> summaries;
  private final String data;

  /**
   * A report.
   *
   * @param data what was learned and scored: names, sizes, hashes
   */
  StudyReport(StudyPlan plan, List<StudyResult> results, String data) {
    this.recipe = plan.recipe();
    this.summaries = StudySummary.of(plan, results);
    this.data = data;
  }

  /** The tables in Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder("# " + recipe.title() + "\n\n" + intro() + "\n");
    for (Table table : tables()) {
      text.append("\n## ").append(table.caption()).append("\n\n");
      text.append("| ").append(String.join(" | ", table.head())).append(" |\n");
      text.append("| --- ").append("| ---: ".repeat(HEAD.size() - 1)).append("|\n");
      for (List<String> row : table.rows()) {
        text.append("| ").append(String.join(" | ", row)).append(" |\n");
      }
    }
    return text.toString();
  }

  /** Writes {@code study.md} and {@code study.html} into a directory. */
  void write(Path directory) {
    AtomicFile.write(directory.resolve("study.md"), markdown().getBytes(StandardCharsets.UTF_8));
    ReportPage page = new ReportPage(recipe.title()).paragraph(intro());
    tables().forEach(page::table);
    byGroup()
        .forEach((group, members) ->
            page.plot(
                new Plot.Scatter(
                    group + ": quality against the operations to read a byte",
                    "forward MFLOP a byte",
                    "bits per byte",
                    members.stream()
                        .map(s ->
                            new Plot.Mark(
                                s.variant(),
                                s.first().forwardFlopsPerByte() / 1e6,
                                s.bitsPerByte(),
                                s.standardError().orElse(0)))
                        .toList())));
    page.write(directory.resolve("study.html"));
  }

  private String intro() {
    return String.format(
        Locale.ROOT,
        "Every run is trained %s, in batches of %d sequences of %d ids and at a peak rate of %s unless"
            + " the recipe says otherwise. %s Bits per byte are means over the seeds, ± one standard"
            + " error of that mean; differences are relative to the first row of all, ± the"
            + " standard error of the differences seed by seed.",
        budget(),
        recipe.batch(),
        recipe.sequence(),
        recipe.learningRate(),
        data);
  }

  private String budget() {
    return recipe
        .seconds()
        .map(s -> format("for %.4g minutes", s / 60))
        .or(() ->
            recipe
                .flops()
                .map(f ->
                    format(
                        "with %.3g operations (three times the forward operations of what it reads)",
                        f)))
        .orElseThrow();
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    byGroup()
        .forEach((group, members) ->
            tables.add(new Table(group, HEAD, members.stream().map(this::row).toList())));
    return tables;
  }

  private Map<String, List<StudySummary>> byGroup() {
    Map<String, List<StudySummary>> groups = new LinkedHashMap<>();
    for (StudySummary s : summaries) {
      groups.computeIfAbsent(s.group(), _ -> new ArrayList<>()).add(s);
    }
    return groups;
  }

  private List<String> row(StudySummary s) {
    StudyResult r = s.first();
    StudySummary first = summaries.getFirst();
    String difference =
        s.variant().equals(first.variant())
            ? "–"
            : format("%+.2f %%", s.percentAgainst(first))
                + s.percentError(first).map(e -> format(" ± %.2f", e)).orElse("");
    return List.of(
        s.variant(),
        format("%.4f", s.bitsPerByte()),
        s.standardError().isPresent() ? format("%.4f", s.standardError().getAsDouble()) : "–",
        Integer.toString(s.runs().size()),
        difference,
        format("%,d", r.parameters()),
        format("%.2f", r.forwardFlopsPerByte() / 1e6),
        format("%.2f", r.trainingBytes() / 1e6),
        format("%.1f", r.trainingSeconds() / 60),
        r.bytesPerPatch() == 1 ? "–" : format("%.2f", r.bytesPerPatch()));
  }

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
