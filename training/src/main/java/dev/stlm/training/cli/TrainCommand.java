package dev.stlm.training.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.training.Precision;
import dev.stlm.training.TrainingConfig;
import dev.stlm.training.TrainingConfig.BatchConfig;
import dev.stlm.training.TrainingConfig.Budget;
import dev.stlm.training.TrainingConfig.OptimizerConfig;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
      "DIR/last the latest one, DIR/metrics.jsonl what was measured.",
      "",
      "Ctrl-C writes a checkpoint and stops; --resume goes on from it. A resumed run",
      "of --steps gives the same bits as an unbroken one on the same machine; a run",
      "of --for does not, since its schedule follows the clock. A line",
      "<|endoftext|> in the text is text like any other.",
      "",
      "Example: stlm train --text book.txt --preset demo --for 5m --out runs/book"
    })
public final class TrainCommand implements StlmCommand {
  private static final int DEFAULT_STEPS = 1000;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--text", paramLabel = "FILE", description = "Text to learn.")
  private @Nullable Path text;

  @Option(
      names = "--valid",
      paramLabel = "FILE",
      description = "Held-out text to measure on; default: the last 1 %% of --text, not learned.")
  private @Nullable Path valid;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the run, new or empty.")
  private @Nullable Path out;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Model by name: ${COMPLETION-CANDIDATES}; default: nano.",
      completionCandidates = PresetNames.class)
  private @Nullable String preset;

  @Option(names = "--config", paramLabel = "FILE", description = "Model by its config.json.")
  private @Nullable Path config;

  @Option(
      names = "--tokenizer",
      paramLabel = "TYPE",
      description = "Tokenizer of a new model, byte or gpt2; default: byte.")
  private @Nullable String tokenizer;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Train this checkpoint further instead of a new model.")
  private @Nullable Path from;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps; default: " + DEFAULT_STEPS + ", or no limit with --for.")
  private @Nullable Integer steps;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Train for so long, such as 90s, 5m or 2h; the schedule ends with it.")
  private @Nullable String time;

  @Option(names = "--batch", paramLabel = "N", description = "Sequences at once; default: 8.")
  private @Nullable Integer batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description =
          "Ids of a sequence, bytes by default; default: the model's context, at most 512.")
  private @Nullable Integer sequence;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients a step averages; default: 1.")
  private @Nullable Integer accumulate;

  @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate; default: 0.003.")
  private @Nullable Double learningRate;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of weights and data; default: 1.")
  private @Nullable Long seed;

  @Option(
      names = "--validations",
      paramLabel = "N",
      description = "Measurements on held-out text, spread over the run; default: 10.")
  private @Nullable Integer validations;

  @Option(names = "--threads", paramLabel = "N", description = "CPU threads; default: one a core.")
  private @Nullable Integer threads;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu or gpu; default: auto, a GPU if there is one.")
  private @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "auto, float32 or mixed (products in bfloat16); default: auto, mixed where the processor"
              + " has it in hardware.")
  private @Nullable Precision precision;

  @Option(
      names = "--draft-weight",
      paramLabel = "W",
      description =
          "Weight of the drafts of later ids in the loss, for a model that makes drafts; default:"
              + " 0.3.")
  private @Nullable Double draftWeight;

  @Option(
      names = "--resume",
      description =
          "Go on with the run in --out, with its settings; only --text may be given anew.")
  private boolean resume;

  @Override
  public int order() {
    return 20;
  }

  @Override
  public Integer call() {
    Path directory = Objects.requireNonNull(out); // required by picocli
    TrainingRun.Builder builder = resume ? resumed(directory) : fresh(directory);
    try (ProgressListener progress = new ProgressListener()) {
      TrainingRun run = builder.listener(progress).build();
      try (StopOnSignal _ = StopOnSignal.of(run)) {
        TrainingResult result = run.run();
        progress.close();
        report(result, directory);
        return result.stopped() ? StopOnSignal.EXIT_CODE : 0;
      }
    }
  }

  private TrainingRun.Builder fresh(Path directory) {
    if (text == null) {
      throw new InvalidInputException("train: --text is missing; give the text to learn");
    }
    Checkpoint start = start();
    int context = start.config().contextLength();
    int length = sequence != null ? sequence : Math.min(512, context);
    TrainingConfig settings =
        new TrainingConfig(
            budget(),
            new BatchConfig(or(batch, 8), length, or(accumulate, 1)),
            OptimizerConfig.of(or(learningRate, 0.003)),
            or(seed, 1L),
            or(validations, 10),
            or(threads, 0),
            or(precision, Precision.AUTO),
            Optional.ofNullable(draftWeight));
    TrainingRun.Builder builder =
        TrainingRun.of(start, text, settings).output(directory).device(or(device, "auto"));
    if (valid != null) {
      builder.validation(valid);
    }
    return builder;
  }

  private TrainingRun.Builder resumed(Path directory) {
    Object[][] fixed = {
      {"--preset", preset},
      {"--config", config},
      {"--tokenizer", tokenizer},
      {"--from", from},
      {"--steps", steps},
      {"--for", time},
      {"--batch", batch},
      {"--sequence", sequence},
      {"--accumulate", accumulate},
      {"--lr", learningRate},
      {"--seed", seed},
      {"--validations", validations},
      {"--threads", threads},
      {"--device", device},
      {"--valid", valid},
      {"--precision", precision},
      {"--draft-weight", draftWeight}
    };
    for (Object[] option : fixed) {
      if (option[1] != null) {
        throw new InvalidInputException(
            "train: " + option[0] + " can not change a run that is resumed; leave it out");
      }
    }
    TrainingRun.Builder builder = TrainingRun.resume(directory);
    return text == null ? builder : builder.text(text);
  }

  private Checkpoint start() {
    if ((preset != null ? 1 : 0) + (config != null ? 1 : 0) + (from != null ? 1 : 0) > 1) {
      throw new InvalidInputException(
          "train: --preset, --config and --from exclude each other; give one of them");
    }
    if (from != null) {
      if (tokenizer != null) {
        throw new InvalidInputException(
            "train: --tokenizer can not change the checkpoint of --from; leave it out");
      }
      return CheckpointDirectory.open(from);
    }
    ModelConfig model =
        config != null
            ? StrictJson.read(config, ModelConfig.class)
            : Presets.named(or(preset, "nano"));
    Tokenizer ids = Tokenizers.create(or(tokenizer, ByteTokenizer.TYPE), Map.of());
    if (ids.vocabularySize() != model.vocabularySize()) {
      throw new InvalidInputException(
          "train: --tokenizer %s has %d ids and the model %d; give the tokenizer or the model that fits"
              .formatted(ids.type(), ids.vocabularySize(), model.vocabularySize()));
    }
    return InitialCheckpoint.random(model, ids, or(seed, 1L));
  }

  private Budget budget() {
    Optional<Double> seconds =
        Optional.ofNullable(time).map(t -> Durations.parse(t).toMillis() / 1e3);
    int most = seconds.isPresent() ? Budget.UNLIMITED : DEFAULT_STEPS;
    return new Budget(steps != null ? steps : most, seconds);
  }

  private void report(TrainingResult result, Path directory) {
    PrintWriter console = Objects.requireNonNull(spec).commandLine().getOut();
    StringBuilder line = new StringBuilder();
    line.append(result.stopped() ? "stopped after " : "trained ").append(result.steps());
    line.append(
        " steps: %.3f bits per byte on the training text".formatted(result.trainBitsPerByte()));
    result
        .validationBitsPerByte()
        .ifPresent(v -> line.append(", %.3f on held-out text".formatted(v)));
    console.println(line);
    if (result.stopped()) {
      console.println("go on with: stlm train --resume --out " + directory);
    } else {
      boolean measured = result.validationBitsPerByte().isPresent();
      console.println("next: stlm generate " + directory.resolve(measured ? "best" : "last"));
    }
    console.flush();
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value != null ? value : otherwise;
  }

  /** For the help and the completion script. */
  static final class PresetNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Presets.names().iterator();
    }
  }
}
