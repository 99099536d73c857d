package dev.stlm.model.huggingface;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.NoTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens directories of Hugging Face checkpoints: {@code config.json}, {@code model.safetensors} or
 * the shards of {@code model.safetensors.index.json}, and {@code tokenizer.json} if it is there
 * (without it the model reads and writes ids alone, {@link NoTokenizer}).
 *
 * <p>The tensors view the mapped files; nothing is copied. F32, BF16 and F16 are kept as they are.
 */
public final class HuggingFaceCheckpoint {
  static final String CONFIG = "config.json";
  static final String TOKENIZER = "tokenizer.json";

  private HuggingFaceCheckpoint() {}

  /**
   * Opens a checkpoint.
   *
   * @throws InvalidInputException if a file is missing or damaged, or says something that is not
   *     supported, in one line that names the file and the field or tensor
   */
  public static Checkpoint open(Path directory) {
    Path file = directory.resolve(CONFIG);
    SourceConfig source = SourceConfig.read(file);
    ModelImport model = new ModelImport(source, new SourceTensors(Shards.open(directory)));
    FlatConfig config;
    try {
      config = model.config();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": as a " + e.getMessage(), e);
    }
    return new Checkpoint(
        config,
        tokenizer(directory, source),
        model.tensors(config),
        new History(List.of(model.history())));
  }

  private static Tokenizer tokenizer(Path directory, SourceConfig source) {
    Path file = directory.resolve(TOKENIZER);
    return Files.exists(file)
        ? TokenizerJson.read(file, source)
        : new NoTokenizer(source.vocabularySize(), source.endOfText());
  }
}
