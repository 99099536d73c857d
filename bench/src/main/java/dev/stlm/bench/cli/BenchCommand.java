package dev.stlm.bench.cli;

import dev.stlm.bench.study.Study;
import dev.stlm.bench.study.StudyPlan;
import dev.stlm.bench.study.StudyRecipe;
import dev.stlm.bench.study.StudyResult;
import dev.stlm.cli.Progress;
import dev.stlm.cli.StlmCommand;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.training.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm bench}: a study of many small models at equal cost. */
@Command(
    name = "bench",
    description = "Train and compare the models of a recipe at equal training cost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Every run is kept in --out: a killed study goes on where it was, and the same",
      "command started twice shares the runs between the two, one thread each with",
      "--threads 1. The report is study.md and study.html in --out.",
      "",
      "Example: stlm bench docs/studies/byte-family.json --text train.txt \\",
      "           --valid valid.txt --out studies/byte-family"
    })
public final class BenchCommand implements StlmCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RECIPE", description = "The study as a JSON file.")
  private Path recipe = Path.of("");

  @Option(names = "--text", paramLabel = "FILE", required = true, description = "Text to learn.")
  private Path text = Path.of("");

  @Option(
      names = "--valid",
      paramLabel = "FILE",
      required = true,
      description = "Held-out text to score.")
  private Path valid = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where runs and report go.")
  private Path out = Path.of("");

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "CPU threads of training; 0, the default: one a core.")
  private int threads;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      defaultValue = ModelRuntimes.DEFAULT,
      description = "What scores the models: cpu or djl; default: ${DEFAULT-VALUE}.")
  private String runtime = ModelRuntimes.DEFAULT;

  @Option(names = "--report-only", description = "Train nothing; report what is there.")
  private boolean reportOnly;

  @Override
  public int order() {
    return 58;
  }

  @Override
  public Integer call() {
    Study study = new Study(StudyRecipe.read(recipe), text, valid, out, threads, runtime);
    if (!reportOnly) {
      study.run(new Shown());
    }
    if (spec != null) {
      spec.commandLine().getOut().print(study.report(study.finished()));
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  /** Says what runs and what came out. */
  private static final class Shown implements Study.Listener {
    @Override
    public TrainingListener begins(StudyPlan.Variant variant, long seed, int number, int of) {
      Progress progress =
          Progress.of("%d/%d %s, seed %d".formatted(number, of, variant.name(), seed), 100, "%");
      return new TrainingListener() {
        @Override
        public void stepped(StepMetrics metrics) {
          progress.to((long) Math.floor(metrics.fraction() * 100));
          if (metrics.fraction() >= 1) {
            progress.close();
          }
        }
      };
    }

    @Override
    public void done(StudyResult r) {
      System.err.println(
          String.format(
              Locale.ROOT,
              "%s, seed %d: %.4f ± %.4f bits per byte",
              r.variant(),
              r.seed(),
              r.bitsPerByte(),
              r.standardError()));
    }
  }
}
