package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.kit.RuntimeContract;
import dev.stlm.model.runtime.code.MachineCode;

/** With machine code where this machine can have it, else as {@link VectorRuntimeTest}. */
class CodeRuntimeTest extends RuntimeContract {
  @Override
  protected LanguageModel load(Checkpoint checkpoint) {
    return new CpuModel(
        checkpoint, new VectorKernels(MachineCode.find().code()), new WorkerPool(1));
  }

  @Override
  protected float tolerance() {
    return 0;
  }
}
