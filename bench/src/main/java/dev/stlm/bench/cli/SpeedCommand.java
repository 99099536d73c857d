package dev.stlm.bench.cli;

import dev.stlm.bench.demo.DemoText;
import dev.stlm.bench.report.TextReport;
import dev.stlm.bench.speed.SpeedContest;
import dev.stlm.bench.speed.Work;
import dev.stlm.cli.StlmCommand;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.runtime.CpuRuntime;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizers;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm speed}: models take turns at the same work. */
@Command(
    name = "speed",
    description = "Compare the speed of models that take turns in one process.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ratios are to the first model, turn by turn, so that what else the machine does",
      "falls on all alike. A preset by name runs with random weights.",
      "",
      "Example: stlm speed 10m 10m-pooled --work step --threads 1"
    })
public final class SpeedCommand implements StlmCommand {
  private static final int MOST_TEXT = 1 << 20;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "Checkpoint directories or presets; the first is what is compared with.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--work",
      paramLabel = "WORK",
      defaultValue = "STEP",
      description =
          "step: read id by id, as in decoding; prompt: read at once; write: greedy text, by"
              + " self-speculation and without where a model has drafts. Default: step.")
  private Work work = Work.STEP;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "15",
      description = "Turns of each model that count; default: ${DEFAULT-VALUE}.")
  private int turns;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "What is read; default: a part of the demo's text.")
  private @Nullable Path text;

  @Option(names = "--threads", paramLabel = "N", description = "CPU threads; default: one a core.")
  private @Nullable Integer threads;

  @Option(
      names = "--busy",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Run every model on one thread and on --threads, alone and while N threads do other"
              + " work; the first line, one thread alone, is what is compared with.")
  private int busy;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of random weights; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public int order() {
    return 59;
  }

  @Override
  public Integer call() {
    if (turns < 1 || turns > 10_000) {
      throw new InvalidInputException("speed: --turns is " + turns + "; allowed: 1 to 10000");
    }
    if (threads != null) {
      if (threads < 1 || threads > 1024) {
        throw new InvalidInputException("speed: --threads is " + threads + "; allowed: 1 to 1024");
      }
      // read once, when the CPU runtime starts
      System.setProperty("stlm.threads", Integer.toString(threads));
    }
    if (busy < 0 || busy > 1024) {
      throw new InvalidInputException("speed: --busy is " + busy + "; allowed: 0 to 1024");
    }
    byte[] read = text == null ? DemoText.heldOut() : InputText.start(text, MOST_TEXT);
    Map<String, LanguageModel> loaded = new LinkedHashMap<>();
    try {
      for (String name : models) {
        if (busy > 0) {
          loadByThreads(name, loaded);
        } else {
          put(name, load(name, new CpuRuntime()), loaded);
        }
      }
      SpeedContest contest = new SpeedContest(work, loaded, read, busy);
      print(contest);
    } finally {
      loaded.values().forEach(LanguageModel::close);
    }
    return 0;
  }

  private void print(SpeedContest contest) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(TextReport.layOut(contest.table(contest.run(turns), turns)));
    out.flush();
  }

  private static void put(String name, LanguageModel model, Map<String, LanguageModel> to) {
    if (to.putIfAbsent(name, model) != null) {
      model.close();
      throw new InvalidInputException("speed: " + name + " is given twice; give it once");
    }
  }

  private void loadByThreads(String name, Map<String, LanguageModel> to) {
    int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    put(name + ", 1 thread", load(name, new CpuRuntime(1)), to);
    if (most > 1) {
      put(name + ", " + most + " threads", load(name, new CpuRuntime(most)), to);
    }
  }

  private LanguageModel load(String name, RuntimeProvider runtime) {
    Path directory = Path.of(name);
    if (Files.isDirectory(directory)) {
      return runtime.load(directory);
    }
    if (!Presets.names().contains(name)) {
      throw new InvalidInputException(
          name
              + ": no such checkpoint directory or preset; presets: "
              + String.join(", ", Presets.names()));
    }
    ModelConfig config = Presets.named(name);
    boolean bytes = config.vocabularySize() == new ByteTokenizer().vocabularySize();
    return runtime.load(
        InitialCheckpoint.random(
            config, Tokenizers.create(bytes ? ByteTokenizer.TYPE : "gpt2", Map.of()), seed));
  }
}
