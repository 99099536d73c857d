package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.kit.RuntimeContract;

/** Every way to read a text gives the same bits. */
class VectorRuntimeTest extends RuntimeContract {
  @Override
  protected LanguageModel load(Checkpoint checkpoint) {
    return new CpuModel(checkpoint, new VectorKernels(), new WorkerPool(1));
  }

  @Override
  protected float tolerance() {
    return 0;
  }
}
