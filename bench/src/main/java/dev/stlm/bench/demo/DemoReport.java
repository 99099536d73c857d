package dev.stlm.bench.demo;

import dev.stlm.bench.report.Plot;
import dev.stlm.bench.report.ReportPage;
import dev.stlm.bench.report.Table;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.compression.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The figures of a run of the demo, as a table for the terminal and as a page.
 *
 * @param xzBitsPerByte the baseline
 * @param stages models in the order in which they were made
 * @param curves training losses
 */
record DemoReport(double xzBitsPerByte, List<DemoStage> stages, List<LossCurve> curves) {
  private static final List<String> HEAD =
      List.of("model", "parameters", "non-zero", "bytes on disk", "bits per byte", "± s.e.");

  DemoReport {
    stages = List.copyOf(stages);
    curves = List.copyOf(curves);
  }

  /** The table, and whether the finished model beats the baseline, ending with a newline. */
  String text() {
    int[] widths = new int[HEAD.size()];
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    rows.addAll(rows());
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append(("%-" + widths[0] + "s").formatted(row.getFirst()));
      for (int i = 1; i < widths.length; i++) {
        text.append(("  %" + widths[i] + "s").formatted(row.get(i)));
      }
      text.append('\n');
    }
    return text.append(verdict()).append('\n').toString();
  }

  /** Writes the page. */
  void write(Path file, List<ResultSet> results, DemoSample sample) {
    new ReportPage("stlm demo")
        .paragraph(
            "A byte-level language model, trained, pruned, distilled and quantised in one run on"
                + " Herman Melville's Moby-Dick, and scored on its last nine chapters, which no"
                + " step has seen.")
        .section("From text to a small model")
        .table(new Table("Every stage on the held-out text", HEAD, rows()))
        .paragraph(verdict())
        .plot(
            new Plot.Scatter(
                "Quality against size",
                "megabytes on disk",
                "bits per byte",
                stages.stream().map(DemoReport::mark).toList()))
        .section("Training")
        .plot(
            new Plot.Lines(
                "Training loss",
                "megabytes read",
                "bits per byte",
                false,
                curves.stream().map(LossCurve::curve).toList()))
        .section("What the model writes")
        .sample("Temperature 0.7, top-p 0.95", sample.prompt(), sample.text())
        .section("Grammar: BLiMP")
        .paragraph(
            "The first "
                + DemoScores.DOCUMENTS
                + " documents of each of the 67 tasks; a choice by chance is right half of the"
                + " time.")
        .comparison(results)
        .write(file);
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "xz -9e, primed",
            "–",
            "–",
            "–",
            String.format(Locale.ROOT, "%.4f", xzBitsPerByte),
            "–"));
    for (DemoStage stage : stages) {
      Measurement m = stage.measured();
      rows.add(
          List.of(
              stage.name(),
              String.format(Locale.ROOT, "%,d", m.parameters()),
              String.format(Locale.ROOT, "%,d", m.nonZeroParameters()),
              String.format(Locale.ROOT, "%,d", m.weightBytes()),
              String.format(Locale.ROOT, "%.4f", m.bitsPerByte()),
              m.standardError().map(e -> String.format(Locale.ROOT, "%.4f", e)).orElse("–")));
    }
    return rows;
  }

  private String verdict() {
    double model = stages.getLast().measured().bitsPerByte();
    return String.format(
        Locale.ROOT,
        model < xzBitsPerByte
            ? "The finished model needs %.4f bits per byte, xz -9e primed with the same text %.4f:"
                + " %.1f %% fewer."
            : "The finished model needs %.4f bits per byte, xz -9e primed with the same text %.4f:"
                + " not yet better (%.1f %%); give it more time with --for.",
        model,
        xzBitsPerByte,
        100 * (1 - model / xzBitsPerByte));
  }

  private static Plot.Mark mark(DemoStage stage) {
    Measurement m = stage.measured();
    Optional<Double> error = m.standardError();
    return new Plot.Mark(stage.label(), m.weightBytes() / 1e6, m.bitsPerByte(), error.orElse(0.0));
  }
}
