package dev.stlm.model.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.config.PatcherConfig;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.entropy.EntropyPatcher;
import dev.stlm.tokenizer.entropy.EntropyTable;
import dev.stlm.tokenizer.entropy.EntropyThreshold;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./stlm patches}: how a patcher cuts a text; trains the table of the entropy patcher. */
@Command(
    name = "patches",
    description = "Show how a patcher cuts a text, or train the entropy patcher on it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Training reads the whole text; lengths are measured in its first 16 MB.",
      "What --out writes is the \"patcher\" of a pooled model's config.json.",
      "",
      "Examples:",
      "  stlm patches --text book.txt --patcher bpe --set cap=16",
      "  stlm patches --text book.txt --mean 5 --out patcher.json"
    })
public final class PatchesCommand implements StlmCommand {
  private static final int SAMPLE = 16 << 20;
  private static final int SHOWN = 240;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--text", paramLabel = "FILE", required = true, description = "The text.")
  private Path text = Path.of("");

  @Option(
      names = "--patcher",
      paramLabel = "TYPE",
      defaultValue = "whitespace",
      description = "stride, whitespace, bpe, or one of your own; default: ${DEFAULT-VALUE}.")
  private String type = "whitespace";

  @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of the patcher.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--mean",
      paramLabel = "BYTES",
      description = "Train an entropy patcher whose patches have this mean length.")
  private @Nullable Double mean;

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "3",
      description = "Bytes that the entropy patcher guesses from, 1 to 3; default: 3.")
  private int context;

  @Option(
      names = "--cap",
      paramLabel = "N",
      defaultValue = "12",
      description = "Most bytes of a patch of the entropy patcher; default: 12.")
  private int cap;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the patcher here, as JSON.")
  private @Nullable Path out;

  @Override
  public int order() {
    return 52;
  }

  @Override
  public Integer call() {
    byte[] sample = InputText.start(text, SAMPLE);
    PatcherConfig config = mean == null ? new PatcherConfig(type, settings) : trained(sample, mean);
    Patcher patcher = config.create();
    if (out != null) {
      StrictJson.write(out, config);
    }
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec");
    }
    PrintWriter print = spec.commandLine().getOut();
    print.println(cut(patcher, Arrays.copyOf(sample, Math.min(SHOWN, sample.length))));
    print.println();
    print.print(figures(patcher, sample));
    print.flush();
    return 0;
  }

  private PatcherConfig trained(byte[] sample, double wanted) {
    if (!settings.isEmpty()) {
      throw new InvalidInputException(
          "patches: --set is for patchers that are not trained; use --context, --cap and --mean");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(text))) {
      EntropyTable table = EntropyTable.train(in, context);
      EntropyThreshold threshold = EntropyThreshold.find(table, sample, wanted, cap);
      return PatcherConfig.of(new EntropyPatcher(table, threshold.bits(), cap));
    } catch (IOException e) {
      throw new InvalidInputException(text + ": can not be read (" + e + "); check the path", e);
    }
  }

  /** The text with a bar after every patch; control characters and torn ones as dots. */
  private static String cut(Patcher patcher, byte[] start) {
    boolean[] ends = patcher.ends(start);
    StringBuilder line = new StringBuilder();
    int from = 0;
    for (int i = 0; i < start.length; i++) {
      if (ends[i] || i == start.length - 1) {
        String patch = new String(start, from, i + 1 - from, StandardCharsets.UTF_8);
        line.append(patch.replaceAll("[\\p{Cntrl}\\uFFFD]", "\u00b7")).append(ends[i] ? "|" : "");
        from = i + 1;
      }
    }
    return line.toString();
  }

  private static String figures(Patcher patcher, byte[] sample) {
    boolean[] ends = patcher.ends(sample);
    long patches = 0;
    long atCap = 0;
    int length = 0;
    for (boolean end : ends) {
      length++;
      if (end) {
        patches++;
        atCap += length == patcher.cap() ? 1 : 0;
        length = 0;
      }
    }
    return String.format(
        Locale.ROOT,
        "patches       %,16d%nbytes a patch %16.3f%nas long as the cap of %d: %.2f %%%n",
        patches,
        patcher.meanPatch(sample),
        patcher.cap(),
        patches == 0 ? 0.0 : 100.0 * atCap / patches);
  }
}
