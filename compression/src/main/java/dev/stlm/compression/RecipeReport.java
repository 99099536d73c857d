package dev.stlm.compression;

import java.util.List;
import java.util.Locale;

/**
 * What a recipe did, step by step; {@code report.json}.
 *
 * @param inputHash names the model that went in
 * @param outputHash names the model that came out
 * @param input the model that went in
 * @param steps in order
 */
public record RecipeReport(
    String inputHash, String outputHash, Measurement input, List<StepReport> steps) {

  public RecipeReport {
    steps = List.copyOf(steps);
  }

  /** A table for people: one line for the input and one a step, ending with a newline. */
  public String table() {
    int width =
        Math.max(
            "input".length(),
            steps.stream().mapToInt(s -> s.description().length()).max().orElse(0));
    StringBuilder table = new StringBuilder();
    table.append(
        ("%-" + width + "s %12s %12s %12s %9s %8s %8s%n")
            .formatted(
                "step", "parameters", "non-zero", "bytes", "bits/byte", "± s.e.", "seconds"));
    table.append(line(width, "input", input, ""));
    for (StepReport s : steps) {
      String seconds =
          String.format(Locale.ROOT, "%.1f", s.seconds()) + (s.resumed() ? " (done before)" : "");
      table.append(line(width, s.description(), s.after(), seconds));
    }
    return table.toString();
  }

  private static String line(int width, String name, Measurement m, String seconds) {
    return String.format(
            Locale.ROOT,
            "%-" + width + "s %12d %12d %12d %9.4f %8s %8s",
            name,
            m.parameters(),
            m.nonZeroParameters(),
            m.weightBytes(),
            m.bitsPerByte(),
            m.standardError().map(e -> String.format(Locale.ROOT, "%.4f", e)).orElse("-"),
            seconds)
        .stripTrailing()
        .concat(System.lineSeparator());
  }
}
