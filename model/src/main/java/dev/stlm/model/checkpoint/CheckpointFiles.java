package dev.stlm.model.checkpoint;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.StrictJson;
import dev.stlm.model.safetensors.SafetensorsFile;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;

/** The four files of a checkpoint, in a directory or inside another file. */
interface CheckpointFiles {
  /** Their names. */
  List<String> NAMES =
      List.of(
          CheckpointDirectory.CONFIG,
          CheckpointDirectory.WEIGHTS,
          CheckpointDirectory.TOKENIZER,
          CheckpointDirectory.HISTORY);

  /** In the header of the weights: the version of the format. */
  Map<String, String> METADATA = Map.of("stlm", "1");

  /** Names the checkpoint in errors. */
  String where();

  /** Names a file of it in errors. */
  String where(String name);

  /**
   * The text of a file.
   *
   * @throws InvalidInputException if it can not be read
   */
  String text(String name);

  /** The parameters. */
  SafetensorsFile weights();

  /**
   * Reads the checkpoint.
   *
   * @throws InvalidInputException if a file is damaged or does not belong to the others
   */
  default Checkpoint open() {
    String config = where(CheckpointDirectory.CONFIG);
    ModelConfig model =
        StrictJson.read(text(CheckpointDirectory.CONFIG), ModelConfig.class, config);
    String tokenizerFile = where(CheckpointDirectory.TOKENIZER);
    Tokenizer tokenizer = TokenizerFile.read(text(CheckpointDirectory.TOKENIZER), tokenizerFile);
    CheckpointChecks.vocabulary(model, tokenizer, where());
    String historyFile = where(CheckpointDirectory.HISTORY);
    History history =
        StrictJson.read(text(CheckpointDirectory.HISTORY), History.class, historyFile);
    SafetensorsFile weights = weights();
    String file = where(CheckpointDirectory.WEIGHTS);
    if (!weights.metadata().getOrDefault("stlm", "1").equals("1")) {
      throw new InvalidInputException(
          file + ": is written for a later version of stlm; update stlm to read it");
    }
    Map<String, Tensor> tensors =
        TensorStorage.decode(ParameterLayout.of(model).stored(), weights.tensors(), file);
    return new Checkpoint(model, tokenizer, tensors, history);
  }
}
