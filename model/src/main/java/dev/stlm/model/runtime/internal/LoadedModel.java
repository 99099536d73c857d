package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.PooledConfig;

/** The weights of a model, ready to run, and what its sequences and passes are made of. */
sealed interface LoadedModel permits LoadedFlat, LoadedPooled {
  /**
   * Packs the weights of a checkpoint.
   *
   * @param packing for the kernels of all its passes; it stays open as long as one of them runs
   */
  static LoadedModel of(Checkpoint checkpoint, Packing packing) {
    WeightSource source = new WeightSource(checkpoint, packing);
    return switch (checkpoint.config()) {
      case FlatConfig c -> new LoadedFlat(c, source);
      case PooledConfig c -> new LoadedPooled(c, source);
    };
  }

  /** An empty sequence. */
  CpuSession newSession(CpuModel model);

  /** A pass with memory of its own. */
  ModelPass newPass(Kernels kernels, WorkerPool workers);

  /** Lets go of the caches that no session uses. */
  void clear();
}
