package dev.stlm.training.runtime;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import java.nio.file.Path;

/**
 * Runs models with PyTorch, on the device of the system property {@code stlm.device} ({@code cpu},
 * {@code gpu} or {@code auto}, the default).
 */
public final class DjlRuntime implements RuntimeProvider {
  @Override
  public String name() {
    return "djl";
  }

  @Override
  public LanguageModel load(Path checkpointDirectory) {
    return load(CheckpointDirectory.open(checkpointDirectory));
  }

  @Override
  public LanguageModel load(Checkpoint checkpoint) {
    return new DjlModel(checkpoint, System.getProperty("stlm.device", "auto"));
  }
}
