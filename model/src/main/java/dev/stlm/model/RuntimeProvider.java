package dev.stlm.model;

import dev.stlm.model.checkpoint.Checkpoint;
import java.nio.file.Path;

/**
 * Makes runnable models from checkpoints; found by {@link java.util.ServiceLoader}, chosen by name.
 *
 * <p>Every provider passes the runtime contract kit of this module's test-jar.
 */
public interface RuntimeProvider {
  /** The name that users give, such as "cpu" or "djl". */
  String name();

  /** Loads a checkpoint directory; weights are mapped, not copied, where the runtime can. */
  LanguageModel load(Path checkpointDirectory);

  /** Runs a checkpoint that is in memory. */
  LanguageModel load(Checkpoint checkpoint);
}
