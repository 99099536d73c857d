package dev.stlm.bench.llamacpp;

import dev.stlm.bench.report.Table;
import dev.stlm.bench.speed.Quartiles;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a contest found, and what it was of.
 *
 * @param parameters of the model
 * @param llamaCppPython version of the package
 * @param llamaCppSystem what llama.cpp was built for
 * @param java version of the virtual machine
 * @param processor its name, where the system tells it
 * @param processors how many there are
 * @param load how many processes wanted a processor in the last minute, both programs included; −1
 *     where the system does not tell
 * @param watts of a busy core, by the user; what makes energy of CPU time
 */
public record ContestReport(
    ModelConfig config,
    long parameters,
    Contest.Plan plan,
    String llamaCppPython,
    String llamaCppSystem,
    String java,
    String processor,
    int processors,
    double load,
    Optional<Double> watts,
    List<Contest.Result> results) {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  public ContestReport {
    results = List.copyOf(results);
  }

  /** A report on a contest that has just ended on this machine. */
  public static ContestReport of(
      Checkpoint checkpoint,
      LlamaCpp peer,
      Contest.Plan plan,
      List<Contest.Result> results,
      Optional<Double> watts) {
    return new ContestReport(
        checkpoint.config(),
        ParameterLayout.of(checkpoint.config()).parameterCount(),
        plan,
        peer.version(),
        peer.system(),
        Runtime.version().toString(),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        watts,
        results);
  }

  private static String processorName() {
    try {
      return Files.readAllLines(CPUS).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** One line: the model, both programs, the machine. */
  public String heading() {
    return String.format(
        Locale.ROOT,
        "%,d parameters; llama-cpp-python %s; Java %s; %s, %d processors, load %.1f",
        parameters,
        llamaCppPython,
        java,
        processor,
        processors,
        load);
  }

  /** The figures: how the logits agree, how fast both are. */
  public List<Table> tables() {
    return List.of(agreement(), speed());
  }

  private Table agreement() {
    List<List<String>> rows = new ArrayList<>();
    for (Contest.Result r : results) {
      Agreement a = r.agreement();
      rows.add(
          List.of(
              r.type().toString(),
              String.format(Locale.ROOT, "%,d", r.fileBytes()),
              String.format(Locale.ROOT, "%.2g", a.largestDifference()),
              String.format(Locale.ROOT, "%.2g", a.relativeDifference()),
              String.format(Locale.ROOT, "%.1f %%", 100 * a.sameTop()),
              String.format(Locale.ROOT, "%.2g", a.divergence())));
    }
    return new Table(
        "logits after each of " + (plan.prompt() + plan.decode()) + " ids",
        List.of(
            "weights",
            "file bytes",
            "largest difference",
            "relative to their spread",
            "same top id",
            "divergence, bits"),
        rows);
  }

  private Table speed() {
    List<List<String>> rows = new ArrayList<>();
    for (Contest.Result r : results) {
      for (Duel d : r.duels()) {
        List<String> row =
            new ArrayList<>(
                List.of(
                    r.type() + ", " + d.work() + ", " + d.threads() + " threads",
                    quartiles("%,.0f (%,.0f – %,.0f)", d.ours()),
                    quartiles("%,.0f (%,.0f – %,.0f)", d.theirs()),
                    quartiles("%.2f (%.2f – %.2f)", d.ratio()),
                    String.format(Locale.ROOT, "%.2f / %.2f", d.ourCpu(), d.theirCpu())));
        watts.ifPresent(w ->
            row.add(String.format(Locale.ROOT, "%.1f / %.1f", w * d.ourCpu(), w * d.theirCpu())));
        rows.add(row);
      }
    }
    List<String> head =
        new ArrayList<>(
            List.of("work", "stlm, ids/s", "llama.cpp, ids/s", "ratio", "CPU s per 1000 ids"));
    watts.ifPresent(w -> head.add("estimate: J per 1000 ids"));
    return new Table(
        "medians (quartiles) of "
            + plan.turns()
            + " turns, ratios turn by turn; CPU: stlm / llama.cpp",
        head,
        rows);
  }

  private static String quartiles(String pattern, Quartiles q) {
    return String.format(Locale.ROOT, pattern, q.median(), q.low(), q.high());
  }
}
