package dev.stlm.compression.cli;

import dev.stlm.cli.Progress;
import dev.stlm.cli.StlmCommand;
import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.HeldOutScorer;
import dev.stlm.compression.Recipe;
import dev.stlm.compression.RecipeJob;
import dev.stlm.compression.RecipeReport;
import dev.stlm.compression.RecipeRunner;
import dev.stlm.compression.StepReport;
import dev.stlm.compression.StepTypes;
import dev.stlm.compression.Trainer;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm compress}. */
@Command(
    name = "compress",
    description = "Prune, distil and quantise a model by a recipe; report each step.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A recipe is a JSON file:",
      "  {\"version\": 1, \"seed\": 7, \"steps\": [",
      "    {\"type\": \"prune.magnitude\", \"sparsity\": 0.4},",
      "    {\"type\": \"distil\", \"steps\": 500, \"keepZeros\": true},",
      "    {\"type\": \"quantise.int8\"}]}",
      "A run that was stopped goes on where it was when started again."
    })
public final class CompressCommand implements StlmCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "Checkpoint directory to compress.")
  private @Nullable Path model;

  @Option(names = "--recipe", paramLabel = "FILE", description = "Steps in order, as JSON.")
  private @Nullable Path recipe;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Text to learn from and calibrate on, where a step does.")
  private @Nullable Path text;

  @Option(
      names = "--heldout",
      paramLabel = "FILE",
      description = "Text to score, which no step sees.")
  private @Nullable Path heldOut;

  @Option(
      names = "--heldout-bytes",
      paramLabel = "N",
      defaultValue = "262144",
      description = "Score at most the first N bytes of it (default: ${DEFAULT-VALUE}).")
  private long heldOutBytes;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "Larger checkpoint to distil from.")
  private @Nullable Path teacher;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the compressed checkpoint goes.")
  private @Nullable Path output;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Keeps every step's checkpoint and report.json (default: the --out directory's name"
              + " with .steps).")
  private @Nullable Path work;

  @Option(names = "--list-steps", description = "List the step types and their settings.")
  private boolean listSteps;

  @Override
  public int order() {
    return 30;
  }

  @Override
  public Integer call() {
    if (listSteps) {
      StepTypes.help().forEach((type, help) -> out().printf("%s: %s%n", type, help));
      return 0;
    }
    Path target = given(output, "--out DIR");
    RecipeJob job =
        new RecipeJob(
            given(model, "DIR, the checkpoint to compress"),
            target,
            work == null ? beside(target) : work,
            Optional.ofNullable(text),
            given(heldOut, "--heldout FILE"),
            heldOutBytes,
            Optional.ofNullable(teacher));
    Recipe steps = Recipe.read(given(recipe, "--recipe FILE"));
    RecipeReport report =
        new RecipeRunner(steps, job, this::score, Trainer.find(), new Lines()).run();
    out().print(report.table());
    out().printf("model: %s%n", target);
    out().printf("report: %s%n", job.workDirectory().resolve(RecipeRunner.REPORT));
    out().flush();
    return 0;
  }

  private HeldOutScorer.Score score(Checkpoint checkpoint, byte[] bytes) {
    try (Progress progress = Progress.of("score", bytes.length, "bytes")) {
      return HeldOutScorer.onCpu(progress::to).score(checkpoint, bytes);
    }
  }

  private static Path beside(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".steps");
  }

  private static Path given(@Nullable Path value, String what) {
    if (value == null) {
      throw new InvalidInputException(
          "compress: " + what + " is missing; see ./stlm compress --help");
    }
    return value;
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("runs only as a command");
    }
    return spec.commandLine().getOut();
  }

  /** Says on standard error which step runs. */
  private static final class Lines implements RecipeRunner.Listener {
    @Override
    public void starting(int index, int count, CompressionStep step) {
      System.err.printf("step %d of %d: %s%n", index + 1, count, step.describe());
    }

    @Override
    public void finished(int index, int count, StepReport report) {
      if (report.resumed()) {
        System.err.printf("step %d of %d: done before, taken over%n", index + 1, count);
      }
    }
  }
}
