package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.kit.RuntimeContract;

class ThreadedScalarRuntimeTest extends RuntimeContract {
  private static final WorkerPool POOL = new WorkerPool(3);

  @Override
  protected LanguageModel load(Checkpoint checkpoint) {
    return new CpuModel(checkpoint, new ScalarKernels(), POOL);
  }

  @Override
  protected float tolerance() {
    return 0;
  }
}
