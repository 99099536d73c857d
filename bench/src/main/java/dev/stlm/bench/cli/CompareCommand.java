package dev.stlm.bench.cli;

import dev.stlm.bench.demo.DemoText;
import dev.stlm.bench.llamacpp.Contest;
import dev.stlm.bench.llamacpp.ContestReport;
import dev.stlm.bench.llamacpp.LlamaCpp;
import dev.stlm.bench.llamacpp.StandardModel;
import dev.stlm.bench.report.TextReport;
import dev.stlm.cli.Progress;
import dev.stlm.cli.StlmCommand;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.gguf.GgufType;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm compare}: a model here and in another program. */
@Command(
    name = "compare",
    description = "Compare a flat model with itself in llama.cpp: logits, then speed.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Needs a Python with llama-cpp-python. The weights are the same to the bit; both programs",
      "stay loaded and take turns, so that what else the machine does falls on both. Figures are",
      "medians with quartiles, ratios are made turn by turn.",
      "",
      "Example: stlm compare llama.cpp out/model --type q8_0,f16 --threads 1,2"
    })
public final class CompareCommand implements StlmCommand {
  private static final String PEER = "llama.cpp";
  private static final int MOST_TEXT = 1 << 20;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PROGRAM", description = "The other program: llama.cpp.")
  private String peer = PEER;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The directory of a checkpoint; default: 25 million random weights, 8 layers of width"
              + " 512.")
  private @Nullable Path directory;

  @Option(
      names = "--type",
      split = ",",
      paramLabel = "TYPE",
      defaultValue = "q8_0,q4_0,f16",
      description = "How weights are stored, on both sides; default: ${DEFAULT-VALUE}.")
  private List<String> types = new ArrayList<>();

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of each program, one number or more; default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "15",
      description = "Turns of each that count; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "256",
      description = "Ids of a prompt; default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--decode",
      paramLabel = "N",
      defaultValue = "128",
      description = "Ids that are decoded after it; default: ${DEFAULT-VALUE}.")
  private int decode;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "What is read; default: a part of the demo's text.")
  private @Nullable Path text;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description = "A Python with llama-cpp-python; default: STLM_PYTHON, else python3.")
  private @Nullable String python;

  @Option(
      names = "--watts",
      paramLabel = "W",
      description = "Watts of a busy core: adds an estimate of the energy, CPU time times this.")
  private @Nullable Double watts;

  @Option(names = "--json", description = "Print JSON: all figures and what they are of.")
  private boolean json;

  @Override
  public int order() {
    return 60;
  }

  @Override
  public Integer call() {
    if (!peer.equals(PEER)) {
      throw new InvalidInputException("compare: no program \"" + peer + "\"; allowed: " + PEER);
    }
    if (watts != null && !(watts > 0 && watts < 10_000)) {
      throw new InvalidInputException("compare: --watts is " + watts + "; give those of one core");
    }
    List<GgufType> stored = types.stream().map(GgufType::named).toList();
    Contest.Plan plan = new Contest.Plan(prompt, decode, rounds, threads);
    Checkpoint checkpoint =
        directory == null ? StandardModel.checkpoint() : CheckpointDirectory.open(directory);
    byte[] bytes = text == null ? DemoText.heldOut() : InputText.start(text, MOST_TEXT);
    int[] ids = checkpoint.tokenizer().encode(bytes);
    try (LlamaCpp other = LlamaCpp.start(pythonCommand())) {
      List<Contest.Result> results = new ArrayList<>();
      try (Progress progress =
          Progress.of("compare", (long) stored.size() * plan.allTurns(), "turns")) {
        AtomicLong turns = new AtomicLong();
        Contest contest = new Contest(other, plan, () -> progress.to(turns.incrementAndGet()));
        for (GgufType type : stored) {
          progress.note(type.toString());
          results.add(contest.run(checkpoint, type, ids));
        }
      }
      print(ContestReport.of(checkpoint, other, plan, results, Optional.ofNullable(watts)));
    }
    return 0;
  }

  private String pythonCommand() {
    if (python != null) {
      return python;
    }
    String named = System.getenv("STLM_PYTHON");
    return named == null || named.isEmpty() ? "python3" : named;
  }

  private void print(ContestReport report) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(StrictJson.text(report));
    } else {
      out.println(report.heading());
      report
          .tables()
          .forEach(table -> {
            out.println();
            out.println(table.caption());
            out.print(TextReport.layOut(table));
          });
    }
    out.flush();
  }
}
