package dev.stlm.training.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import dev.stlm.training.finetune.ClassificationTask;
import dev.stlm.training.internal.finetune.HeadFitting;
import dev.stlm.training.internal.watch.WatchServer;
import dev.stlm.training.metric.Metric;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./stlm train}: a text in, a checkpoint out. */
@Command(
    name = "train",
    description = "Train a model on a text.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "DIR/best is the checkpoint with the fewest bits per byte on held-out text,",
      "DIR/last the latest one, DIR/metrics.jsonl what was measured, DIR/tensorboard the",
      "same for TensorBoard. --watch shows it as a page, stlm watch DIR at any time.",
      "",
      "Ctrl-C writes a checkpoint and stops; --resume goes on from it. A resumed run",
      "of --steps gives the same bits as an unbroken one on the same machine; a run",
      "of --for does not, since its schedule follows the clock. A line",
      "<|endoftext|> in a text file is text like any other; stlm prepare reads it.",
      "",
      "Examples: stlm train --text book.txt --preset demo --for 5m --out runs/book",
      "  stlm train --task sentiment --from runs/book/best --text rows.jsonl --lr 0.001 \\",
      "    --out runs/sentiment"
    })
public final class TrainCommand implements StlmCommand {
  /** What may be given with --resume; a run keeps all its other settings. */
  private static final Set<String> WITH_RESUME =
      Set.of("--resume", "--out", "--text", "--teacher", "--keep", "--watch");

  /** Of the texts that show how far the model is. */
  private static final int SAMPLE_BYTES = 160;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private TextOptions text = new TextOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the run, new or empty.")
  private @Nullable Path out;

  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private BatchOptions batch = new BatchOptions();
  @Mixin private OptimizerOptions optimizer = new OptimizerOptions();
  @Mixin private ObjectiveOptions objective = new ObjectiveOptions();
  @Mixin private FineTuningOptions tuning = new FineTuningOptions();

  @Option(names = "--seed", paramLabel = "N", description = "Seed of weights and data; default: 1.")
  private long seed = 1;

  @Option(
      names = "--validations",
      paramLabel = "N",
      description = "Measurements on held-out text, spread over the run; default: 10.")
  private int validations = 10;

  @Mixin private MachineOptions machine = new MachineOptions();

  @Mixin private TeacherOptions teacher = new TeacherOptions();

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Keep the checkpoints of the last N saves in DIR/steps; default: 0.")
  private int keep;

  @Option(
      names = "--watch",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = "" + WatchServer.DEFAULT_PORT,
      description =
          "Show the run as a page on this machine; 0 for any port that is free; default port: "
              + WatchServer.DEFAULT_PORT
              + ".")
  private @Nullable Integer watch;

  @Option(
      names = "--resume",
      description =
          "Go on with the run in --out, with its settings; only --text and --teacher may have"
              + " moved.")
  private boolean resume;

  @Override
  public int order() {
    return 20;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = Objects.requireNonNull(out); // required by picocli
    TrainingRun.Builder builder = resume ? resumed(directory) : fresh(directory);
    builder.keepSteps(keep).samples(SAMPLE_BYTES);
    try (ProgressListener progress = new ProgressListener();
        Closeable _ = watch(directory)) {
      TrainingRun run = builder.listener(progress).listener(new HeapListener()).build();
      try (StopOnSignal _ = StopOnSignal.of(run)) {
        TrainingResult result = run.run();
        progress.close();
        report(result, progress, directory);
        fitHead(directory);
        return result.stopped() ? StopOnSignal.EXIT_CODE : 0;
      }
    }
  }

  /** Fits a head on what the run has left, if one was asked for. */
  private void fitHead(Path directory) {
    Optional<ClassificationTask> task = tuning.headOf();
    if (task.isEmpty()) {
      return;
    }
    PrintWriter console = Objects.requireNonNull(spec).commandLine().getOut();
    HeadFitting.run(directory, task.get(), text.text().onlyPath("--head"), text.validation(), seed)
        .ifPresent(accuracy -> console.println("head:   " + Metric.of(accuracy)));
    console.flush();
  }

  private Closeable watch(Path directory) {
    if (watch == null) {
      return () -> {};
    }
    WatchServer server = WatchServer.open(directory, watch);
    System.err.println("watch: " + server.address());
    return server::close;
  }

  private TrainingRun.Builder fresh(Path directory) {
    tuning.headOf(); // refused before hours of work
    TrainingText learned = text.text();
    Checkpoint start = model.start(seed);
    TrainingConfig settings =
        new TrainingConfig(
            batch.budget(),
            batch.batch(start.config().contextLength(), tuning.sequences()),
            optimizer.optimizer(model.further()),
            optimizer.averaging(),
            optimizer.schedule(),
            objective.objective(),
            seed,
            validations,
            machine.threads(),
            machine.precision(),
            tuning.fineTuning(),
            machine.recompute(),
            model.growth());
    TrainingRun.Builder builder =
        TrainingRun.of(start, learned, settings).output(directory).device(machine.device());
    text.validation().ifPresent(builder::validation);
    teacher.addTo(builder);
    return builder;
  }

  private TrainingRun.Builder resumed(Path directory) {
    CommandSpec command = Objects.requireNonNull(spec);
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (!WITH_RESUME.contains(option.longestName())) {
        throw new InvalidInputException(
            "train: "
                + option.longestName()
                + " can not change a run that is resumed; leave it out");
      }
    }
    TrainingRun.Builder builder = TrainingRun.resume(directory);
    teacher.addToResumed(builder);
    return text.isGiven() ? builder.text(text.text()) : builder;
  }

  private void report(TrainingResult result, ProgressListener progress, Path directory) {
    PrintWriter console = Objects.requireNonNull(spec).commandLine().getOut();
    StringBuilder line = new StringBuilder();
    line.append(result.stopped() ? "stopped after " : "trained ").append(result.steps());
    line.append(
        " steps: %.3f bits per byte on the training text".formatted(result.trainBitsPerByte()));
    result
        .validationBitsPerByte()
        .ifPresent(v -> line.append(", %.3f on held-out text".formatted(v)));
    console.println(line);
    progress.before().forEach(metric -> console.println("before: " + metric));
    result.metrics().forEach(metric -> console.println("after:  " + metric));
    console.println(TimeReport.of(result.times()));
    if (result.stopped()) {
      console.println("go on with: stlm train --resume --out " + directory);
    } else {
      boolean measured = result.validationBitsPerByte().isPresent();
      console.println("next: stlm generate " + directory.resolve(measured ? "best" : "last"));
    }
    console.flush();
  }
}
