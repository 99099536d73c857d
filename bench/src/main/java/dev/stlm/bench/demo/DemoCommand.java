package dev.stlm.bench.demo;

import dev.stlm.bench.results.ResultSet;
import dev.stlm.cli.StlmCommand;
import dev.stlm.compression.HeldOutScorer;
import dev.stlm.compression.Measurement;
import dev.stlm.compression.Recipe;
import dev.stlm.compression.RecipeJob;
import dev.stlm.compression.RecipeReport;
import dev.stlm.compression.RecipeRunner;
import dev.stlm.compression.StepReport;
import dev.stlm.compression.Trainer;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.training.cli.Durations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./stlm demo}: the whole pipeline on the text that ships. */
@Command(
    name = "demo",
    description = "Run the whole pipeline in a few minutes, from text to a served model.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Trains a teacher and a student, prunes, distils and quantises the student, scores every",
      "stage on text that none has seen, and writes a report page. Everything stays in --out."
    })
public final class DemoCommand implements StlmCommand {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "demo-out",
      description = "Where everything goes (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("demo-out");

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "200s",
      description = "Time for training in all, such as 90s or 5m (default: ${DEFAULT-VALUE}).")
  private String time = "200s";

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public int order() {
    return 10;
  }

  @Override
  public Integer call() {
    DemoPlan plan = new DemoPlan(Durations.parse(time), seed);
    DemoFiles files = new DemoFiles(out);
    files.unpack();
    DemoTraining training = new DemoTraining(files, plan);
    LossCurve teacherCurve = new LossCurve("teacher");
    LossCurve studentCurve = new LossCurve("student");

    say("1/6 baseline: xz -9e on the held-out text, primed with the training text");
    double xz =
        XzBaseline.bitsPerByte(DemoFiles.shipped("train.txt"), DemoFiles.shipped("heldout.txt"));
    say("    " + figure(xz) + " bits per byte");
    say("2/6 teacher: " + Math.round(plan.teacherSeconds()) + " s of training");
    training.teacher(teacherCurve);
    say(
        "3/6 student: "
            + Math.round(plan.studentSeconds())
            + " s on the text and on what the teacher predicts");
    training.student(studentCurve);
    say("4/6 compression: prune, distil, quantise; score each on the held-out text");
    RecipeReport recipe = compress(files, plan);
    DemoReport report =
        new DemoReport(xz, stages(files, recipe), List.of(teacherCurve, studentCurve));
    say("5/6 BLiMP: " + DemoScores.DOCUMENTS + " documents of each of its 67 tasks");
    List<ResultSet> results =
        Stream.of(files.teacher(), files.student(), files.model())
            .map(model -> DemoScores.score(model, files.results()))
            .toList();
    say("6/6 report");
    DemoSample sample = DemoSample.of(files.model(), seed);
    report.write(files.report(), results, sample);

    print().println();
    print().print(report.text());
    print().println();
    print().println("The model goes on after \"" + sample.prompt() + "\":");
    print().println(sample.text().indent(2).stripTrailing());
    print().println();
    print().println("Report:  " + files.report());
    print().println("Serve:   ./stlm serve " + files.model());
    print().flush();
    return 0;
  }

  private RecipeReport compress(DemoFiles files, DemoPlan plan) {
    RecipeJob job =
        new RecipeJob(
            files.student(),
            files.model(),
            files.steps(),
            Optional.of(files.text()),
            files.heldOut(),
            Long.MAX_VALUE,
            Optional.of(files.teacher()));
    RecipeRunner.Listener listener =
        new RecipeRunner.Listener() {
          @Override
          public void finished(int index, int count, StepReport step) {
            say(
                "    "
                    + step.description()
                    + ": "
                    + figure(step.before().bitsPerByte())
                    + " → "
                    + figure(step.after().bitsPerByte())
                    + " bits per byte");
          }
        };
    return new RecipeRunner(
            Recipe.parse(files.recipe(plan.recoverySeconds()), "the demo's recipe"),
            job,
            HeldOutScorer.onCpu(_ -> {}),
            Trainer.find(),
            listener)
        .run();
  }

  private List<DemoStage> stages(DemoFiles files, RecipeReport recipe) {
    List<DemoStage> stages = new ArrayList<>();
    stages.add(
        new DemoStage(
            "teacher", "teacher", measure(files.teacher(), DemoFiles.shipped("heldout.txt"))));
    stages.add(new DemoStage("student", "student", recipe.input()));
    for (StepReport step : recipe.steps()) {
      stages.add(
          new DemoStage(
              "→ " + step.description(), step.step().replaceFirst("/.*", ""), step.after()));
    }
    return stages;
  }

  private static Measurement measure(Path directory, byte[] heldOut) {
    return Measurement.of(
        CheckpointDirectory.open(directory), directory, HeldOutScorer.onCpu(_ -> {}), heldOut);
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private static String figure(double bitsPerByte) {
    return String.format(Locale.ROOT, "%.3f", bitsPerByte);
  }

  private PrintWriter print() {
    if (spec == null) {
      throw new IllegalStateException("runs only as a command");
    }
    return spec.commandLine().getOut();
  }
}
