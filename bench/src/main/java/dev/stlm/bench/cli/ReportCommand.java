package dev.stlm.bench.cli;

import dev.stlm.bench.report.ReportPage;
import dev.stlm.bench.report.TextReport;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.cli.StlmCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stlm report}: a table and a page from results. */
@Command(
    name = "report",
    description = "Compare results: a table here, a page with plots in a file.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The first results are what the others are compared with. The page needs no",
      "network: open it in any browser."
    })
public final class ReportCommand implements StlmCommand {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RESULTS",
      description = "Directories made by eval, or directories of such. Default: results.")
  private List<Path> directories = new ArrayList<>();

  @Option(
      names = {"-o", "--page"},
      paramLabel = "FILE",
      description = "Where the page goes. Default: ${DEFAULT-VALUE}.")
  private Path page = Path.of("report.html");

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "Heading of the page. Default: ${DEFAULT-VALUE}.")
  private String title = "Model scores";

  @Override
  public int order() {
    return 60;
  }

  @Override
  public Integer call() {
    // the same results given twice, directly and by their parent, count once
    Map<Path, ResultSet> runs = new LinkedHashMap<>();
    for (Path directory : directories.isEmpty() ? List.of(Path.of("results")) : directories) {
      for (ResultSet run : ResultSet.openAll(directory)) {
        runs.putIfAbsent(run.directory().toAbsolutePath().normalize(), run);
      }
    }
    List<ResultSet> all = List.copyOf(runs.values());
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    PrintWriter print = spec.commandLine().getOut();
    print.print(new TextReport(all).text());
    new ReportPage(title).comparison(all).write(page);
    print.println("page: " + page.toAbsolutePath().normalize().toUri());
    print.flush();
    return 0;
  }
}
