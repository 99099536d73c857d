package dev.stlm.training.cli;

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
import dev.stlm.training.config.GrowthConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model a run starts from. */
final class ModelOptions {
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
      names = "--grow",
      paramLabel = "SHARE",
      description =
          "Share of the run after which a new model has all of its layers; before it has half of"
              + " them; default: all from the start.")
  private @Nullable Double grow;

  /** How the model grows, if it does. */
  Optional<GrowthConfig> growth() {
    return Optional.ofNullable(grow).map(GrowthConfig::new);
  }

  /** Whether the model has been trained before. */
  boolean further() {
    return from != null;
  }

  /** The checkpoint; a new one has initial values by this seed. */
  Checkpoint start(long seed) {
    if ((preset != null ? 1 : 0) + (config != null ? 1 : 0) + (from != null ? 1 : 0) > 1) {
      throw new InvalidInputException(
          "train: --preset, --config and --from exclude each other; give one of them");
    }
    if (from != null) {
      if (grow != null) {
        throw new InvalidInputException(
            "train: --grow is for a new model, and that of --from has its layers; leave it out");
      }
      if (tokenizer != null) {
        throw new InvalidInputException(
            "train: --tokenizer can not change the checkpoint of --from; leave it out");
      }
      return CheckpointDirectory.open(from);
    }
    ModelConfig model =
        config != null
            ? StrictJson.read(config, ModelConfig.class)
            : Presets.named(Objects.requireNonNullElse(preset, "nano"));
    Tokenizer ids =
        Tokenizers.create(Objects.requireNonNullElse(tokenizer, ByteTokenizer.TYPE), Map.of());
    if (ids.vocabularySize() != model.vocabularySize()) {
      throw new InvalidInputException(
          "train: --tokenizer %s has %d ids and the model %d; give the tokenizer or the model that fits"
              .formatted(ids.type(), ids.vocabularySize(), model.vocabularySize()));
    }
    return InitialCheckpoint.random(model, ids, seed);
  }

  /** For the help and the completion script. */
  static final class PresetNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Presets.names().iterator();
    }
  }
}
