package dev.stlm.model.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.gguf.GgufExport;
import dev.stlm.model.gguf.GgufType;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm export}: a model as a file of another program. */
@Command(
    name = "export",
    description = "Write a flat model as a GGUF file, for llama.cpp.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Flat models with SwiGLU, with or without query-key norm, over bytes. 8-bit weights in groups",
      "of 32 keep their bits in q8_0.",
      "",
      "Example: stlm export out/model --type q8_0 --out model.gguf"
    })
public final class ExportCommand implements StlmCommand {
  private static final String GGUF = "gguf";

  @Parameters(paramLabel = "DIR", description = "The directory of a checkpoint.")
  private Path directory = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = GGUF,
      description = "Format of the file; only gguf.")
  private String format = GGUF;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "q8_0",
      description =
          "How matrices are stored: f32, f16, q8_0 (8 bits), q4_0 (4 bits); default:"
              + " ${DEFAULT-VALUE}.")
  private String type = "q8_0";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public int order() {
    return 55;
  }

  @Override
  public Integer call() {
    if (!format.equals(GGUF)) {
      throw new InvalidInputException("export: --format is " + format + "; allowed: " + GGUF);
    }
    GgufType stored = GgufType.named(type);
    if (Files.isDirectory(out)) {
      throw new InvalidInputException("export: --out " + out + " is a directory; name a file");
    }
    GgufExport.Result result = GgufExport.write(CheckpointDirectory.open(directory), stored, out);
    if (spec != null) {
      print(result, spec.commandLine().getOut());
    }
    return 0;
  }

  private void print(GgufExport.Result result, PrintWriter to) {
    to.printf(
        Locale.ROOT,
        "%s: %s, %s, %,d values in %d tensors, %,d bytes%n",
        out,
        result.architecture(),
        result.type(),
        result.values(),
        result.tensors(),
        result.bytes());
    to.printf(
        Locale.ROOT,
        "rounding: %s%n",
        result.relativeError() == 0
            ? "none, every weight is what it was"
            : String.format(
                Locale.ROOT, "%.3g of the weights' root mean square", result.relativeError()));
    if (result.dropsDrafts()) {
      to.println(
          "left out: the cell of futureIds, which llama.cpp does not have; texts are the same");
    }
    to.flush();
  }
}
