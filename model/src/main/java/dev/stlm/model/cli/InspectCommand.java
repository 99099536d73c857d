package dev.stlm.model.cli;

import dev.stlm.cli.StlmCommand;
import dev.stlm.model.accounting.Inspection;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.InputText;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./stlm inspect}: what a model is made of and what it costs. */
@Command(
    name = "inspect",
    description = "Show a model's layout, parameters, bytes and FLOPs per byte.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "FLOPs count matrix products and attention of one forward step, a multiply-add as two.",
      "Where bytes are pooled they depend on the length of patches: that of a page of plain",
      "English, or of --text. The subword twin has the same main stack and GPT-2's ids.",
      "",
      "Examples:",
      "  stlm inspect demo",
      "  stlm inspect out/model --json"
    })
public final class InspectCommand implements StlmCommand {
  private static final int MOST_TEXT = 16 << 20;

  @Parameters(
      paramLabel = "MODEL",
      description = "A checkpoint directory, a config file (.json), or a preset by name.")
  private String model = "";

  @Option(names = "--all-layers", description = "List every layer, also where all are alike.")
  private boolean allLayers;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Measure the length of patches in this text (its first 16 MB).")
  private @Nullable Path text;

  @Option(names = "--json", description = "Print JSON: config, every parameter, all figures.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public int order() {
    return 50;
  }

  @Override
  public Integer call() {
    Inspection inspection = inspect(model);
    if (text != null) {
      inspection = inspection.withPatches(bytesPerPatch(inspection.config(), text));
    }
    String text = json ? StrictJson.text(inspection) : InspectionText.of(inspection, allLayers);
    if (spec != null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private static double bytesPerPatch(ModelConfig config, Path text) {
    if (!(config instanceof PooledConfig pooled)) {
      throw new InvalidInputException(
          "inspect: --text measures patches, and the model has none; leave it out");
    }
    return pooled.patcher().create().meanPatch(InputText.start(text, MOST_TEXT));
  }

  private static Inspection inspect(String model) {
    Path path = Path.of(model);
    if (Files.isDirectory(path)) {
      return Inspection.of(path);
    }
    if (Files.isRegularFile(path)) {
      return Inspection.of(StrictJson.read(path, ModelConfig.class));
    }
    if (Presets.names().contains(model)) {
      return Inspection.of(Presets.named(model));
    }
    throw new InvalidInputException(
        model
            + ": no such checkpoint directory, config file or preset; presets: "
            + String.join(", ", Presets.names()));
  }
}
