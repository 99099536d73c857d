package dev.stlm.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.file.Path;
import java.util.List;

/**
 * Another program's directories of models, read as checkpoints: {@link CheckpointDirectory#open}
 * asks every format that {@link java.util.ServiceLoader} finds. Such directories are never written.
 */
public interface CheckpointFormat {
  /**
   * Whether a directory is of this format.
   *
   * @param config what its {@code config.json} holds
   */
  boolean recognises(JsonNode config);

  /**
   * Opens a directory of this format.
   *
   * @throws InvalidInputException if it is damaged or not supported
   */
  Checkpoint open(Path directory);

  /** The files that make the checkpoint. */
  List<Path> files(Path directory);

  /** Those of them that hold its parameters. */
  List<Path> weights(Path directory);
}
