package dev.stlm.serving.kit;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.RuntimeProvider;
import dev.stlm.model.checkpoint.Checkpoint;
import java.nio.file.Path;

/** Serves the toy model whatever the directory. */
public final class ToyRuntime implements RuntimeProvider {
  @Override
  public String name() {
    return "toy";
  }

  @Override
  public LanguageModel load(Path checkpointDirectory) {
    return new ToyModel(Gate.OF_APPLICATION);
  }

  @Override
  public LanguageModel load(Checkpoint checkpoint) {
    return new ToyModel(Gate.OF_APPLICATION);
  }
}
