package dev.stlm.bench.cli;

import dev.stlm.bench.eval.Evaluation;
import dev.stlm.bench.eval.LocalModel;
import dev.stlm.bench.report.TextReport;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import dev.stlm.cli.Progress;
import dev.stlm.cli.StlmCommand;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stlm eval}: scores a checkpoint on tasks. */
@Command(
    name = "eval",
    description = "Score a model: bits per byte, BLiMP, ARC-easy, WinoGrande.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Tasks: @|bold bits_per_byte|@ (needs --text), @|bold blimp|@, @|bold arc_easy|@,"
          + " @|bold winogrande|@; --list shows all.",
      "Figures follow the lm-evaluation-harness 0.4.13. A run that was stopped goes on",
      "where it was when the same command is given again."
    })
public final class EvalCommand implements StlmCommand {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Directory of a checkpoint.")
  private @Nullable Path model;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "TASK",
      description =
          "Tasks and groups, separated by commas. Default: blimp,arc_easy,winogrande, and"
              + " bits_per_byte where --text is given.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N documents of each task; below 1, that share of them.")
  private @Nullable Double limit;

  @Option(
      names = "--fewshot",
      paramLabel = "K",
      description = "Examples before each document. Default: 0. BLiMP never has any.")
  private @Nullable Integer fewShot;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the choice of examples. Default: ${DEFAULT-VALUE}.")
  private long seed = TaskSettings.DEFAULT_SEED;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "A held-out UTF-8 text for bits_per_byte.")
  private @Nullable Path text;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data looked for before what ships, as DIR/TASK/SPLIT.jsonl or .jsonl.gz.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Directory of the results. Default: results/MODEL-HASH.")
  private @Nullable Path out;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "What computes the model. Default: ${DEFAULT-VALUE}.")
  private String runtime = "cpu";

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Read at most N ids at a time. Default: what the model takes.")
  private int context;

  @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--list", description = "List the tasks and leave.")
  private boolean list;

  @Override
  public int order() {
    return 50;
  }

  @Override
  public Integer call() {
    PrintWriter print = spec().commandLine().getOut();
    Tasks installed = Tasks.installed();
    if (list) {
      for (String name : installed.topLevelNames()) {
        print.printf("%-16s %s%n", name, installed.describe(name));
      }
      return 0;
    }
    if (model == null) {
      throw new InvalidInputException(
          "eval: no model; give the directory of a checkpoint, see: stlm eval --help");
    }
    List<EvalTask> selected = installed.select(names());
    TaskSettings settings = settings();
    try (LocalModel loaded = open(model)) {
      Path directory =
          out != null
              ? out
              : Path.of(
                  "results", "%s-%.8s".formatted(loaded.facts().name(), loaded.facts().hash()));
      ResultSet results;
      try (Bar bar = new Bar()) {
        results = new Evaluation(installed, settings, directory, bar).run(loaded, selected);
      }
      print.print(new TextReport(List.of(results)).text());
      print.println("results: " + directory + "; a page with plots: stlm report " + directory);
      print.flush();
    }
    return 0;
  }

  private CommandLine.Model.CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    return spec;
  }

  private List<String> names() {
    if (!tasks.isEmpty()) {
      return tasks;
    }
    List<String> names = new ArrayList<>(List.of("blimp", "arc_easy", "winogrande"));
    if (text != null) {
      names.addFirst("bits_per_byte");
    }
    return names;
  }

  private TaskSettings settings() {
    if (limit != null && !(limit > 0)) {
      throw new InvalidInputException("--limit: " + limit + " is not above 0");
    }
    if (fewShot != null && fewShot < 0) {
      throw new InvalidInputException("--fewshot: " + fewShot + " is below 0");
    }
    if (threads < 1) {
      throw new InvalidInputException("--threads: " + threads + " is below 1");
    }
    if (data != null && !Files.isDirectory(data)) {
      throw new InvalidInputException("--data: " + data + " is not a directory; check the path");
    }
    return new TaskSettings(
        Optional.ofNullable(limit),
        fewShot == null ? OptionalInt.empty() : OptionalInt.of(fewShot),
        seed,
        Optional.ofNullable(data),
        Optional.ofNullable(text));
  }

  /**
   * On the CPU runtime whole requests run side by side, which wastes less than splitting the small
   * products of one request; other runtimes thread themselves.
   */
  private LocalModel open(Path directory) {
    if (!runtime.equals("cpu")) {
      return LocalModel.open(directory, context, runtime, 1);
    }
    if (System.getProperty("stlm.threads") == null) {
      System.setProperty("stlm.threads", "1");
    }
    return LocalModel.open(directory, context, runtime, threads);
  }

  /** Shows progress once it is known how much there is. */
  private static final class Bar implements Evaluation.Listener, AutoCloseable {
    private @Nullable Progress progress;

    @Override
    public void started(long open, long known) {
      if (known > 0) {
        System.err.println("eval: " + known + " requests were answered before, " + open + " to go");
      }
      if (open > 0) {
        progress = Progress.of("eval", open, "requests");
      }
    }

    @Override
    public void answered(long done) {
      if (progress != null) {
        progress.to(done);
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
