package dev.stlm.model.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.generate.GenerateOptions;
import dev.stlm.model.generate.GenerateOptions.Overflow;
import dev.stlm.model.generate.Generator;
import dev.stlm.model.generate.SamplerConfig;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stlm generate}: writes on after a prompt. */
@Command(
    name = "generate",
    description = "Write text with a model.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The text goes to standard output as it comes. A full context slides: the model",
      "forgets all but its last half. The same seed gives the same text."
    })
public final class GenerateCommand implements StlmCommand {
  @Parameters(paramLabel = "DIR", description = "Directory of a checkpoint.")
  private @Nullable Path directory;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "Text to go on from. Default: the start of a document.")
  private @Nullable String prompt;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "File with the prompt, of any bytes; - is standard input.")
  private @Nullable Path promptFile;

  @Option(
      names = {"-n", "--max-bytes"},
      paramLabel = "N",
      description = "Most bytes to write. Default: ${DEFAULT-VALUE}.")
  private int maxBytes = 512;

  @Option(
      names = {"-t", "--temperature"},
      paramLabel = "T",
      description = "0 always takes the most likely byte. Default: ${DEFAULT-VALUE}.")
  private double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K most likely bytes; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draw from the likeliest bytes that together reach P. Default: ${DEFAULT-VALUE}.")
  private double topP = 0.95;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description =
          "Leave out bytes less likely than P times the likeliest. Default: ${DEFAULT-VALUE}.")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Above 1: use recent bytes less. Default: ${DEFAULT-VALUE}.")
  private double repetitionPenalty = 1;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the draws. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text; may be given more than once.")
  private List<String> stops = new ArrayList<>();

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "What computes the model. Default: ${DEFAULT-VALUE}.")
  private String runtime = ModelRuntimes.DEFAULT;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Read at most N ids at a time. Default: what the model takes.")
  private int context;

  @Option(
      names = "--no-speculation",
      description = "Do not read ahead what the model drafts; the text is the same.")
  private boolean noSpeculation;

  @Option(names = "--echo", description = "Print the prompt too.")
  private boolean echo;

  @Option(names = "--stats", description = "Print bytes per second to standard error.")
  private boolean stats;

  @Override
  public int order() {
    return 40;
  }

  @Override
  public Integer call() throws IOException {
    SamplerConfig sampler =
        new SamplerConfig(temperature, topK, topP, minP, repetitionPenalty, seed);
    GenerateOptions options =
        new GenerateOptions(maxBytes, sampler, stops, Overflow.SLIDE, !noSpeculation);
    byte[] bytes = prompt();
    Checkpoint checkpoint = CheckpointDirectory.open(required(directory));
    if (context != 0) {
      checkpoint = checkpoint.withContextLength(context);
    }
    try (LanguageModel model = ModelRuntimes.load(runtime, checkpoint)) {
      PrintStream out = System.out;
      if (echo) {
        out.write(bytes, 0, bytes.length);
        out.flush();
      }
      long start = System.nanoTime();
      long[] firstAt = {start};
      Generator.Result result =
          new Generator(model)
              .generate(
                  bytes,
                  options,
                  piece -> {
                    if (firstAt[0] == start) {
                      firstAt[0] = System.nanoTime();
                    }
                    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
                    out.write(utf8, 0, utf8.length);
                    out.flush();
                    return !out.checkError(); // the reader of a pipe may have left
                  });
      out.println();
      if (stats) {
        printStats(result, firstAt[0] - start, System.nanoTime() - firstAt[0]);
      }
    }
    return 0;
  }

  private byte[] prompt() throws IOException {
    if (prompt != null && promptFile != null) {
      throw new InvalidInputException("generate: give --prompt or --prompt-file, not both");
    }
    if (prompt != null) {
      return prompt.getBytes(StandardCharsets.UTF_8);
    }
    if (promptFile == null) {
      return new byte[0];
    }
    if (promptFile.toString().equals("-")) {
      return System.in.readAllBytes();
    }
    if (Files.isDirectory(promptFile)) {
      throw new InvalidInputException(promptFile + ": is a directory; give a file with the prompt");
    }
    return Files.readAllBytes(promptFile);
  }

  private static Path required(@Nullable Path directory) {
    if (directory == null) {
      throw new InvalidInputException("generate: give the directory of a checkpoint");
    }
    return directory;
  }

  private static void printStats(Generator.Result result, long toFirst, long after) {
    System.err.printf(
        Locale.ROOT,
        "prompt: %d ids, first text after %.3f s; then %.0f ids/s; ended by %s%n",
        result.promptIds(),
        toFirst / 1e9,
        (result.generatedIds() - 1) / (after / 1e9),
        result.finishReason().name().toLowerCase(Locale.ROOT));
    if (result.drafts().rounds() > 0) {
      System.err.printf(
          Locale.ROOT,
          "drafts: %d of %d ids accepted, %.2f a round%n",
          result.drafts().accepted(),
          result.drafts().drafted(),
          result.drafts().acceptedPerRound());
    }
  }
}
