package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.FlatConfig;

/** A flat decoder, ready to run. */
final class LoadedFlat implements LoadedModel {
  final FlatConfig config;
  final EmbeddingWeights embedding;
  final StackWeights stack;
  final HeadWeights head;
  final Rope rope;
  final int stackPlane;
  final int draftPlane;
  private final KvCache.Pool caches;

  LoadedFlat(FlatConfig config, WeightSource source) {
    this.config = config;
    embedding = EmbeddingWeights.of(source, config);
    stack = StackWeights.of(source, "", config.stack());
    head = HeadWeights.of(source, config);
    rope = new Rope(config.attention(), config.contextLength());
    KvCache.Layout layout = new KvCache.Layout();
    stackPlane = layout.addStack(config.stack());
    draftPlane = config.futureIds().isPresent() ? layout.addVectors(config.width()) : -1;
    caches = new KvCache.Pool(layout);
  }

  @Override
  public CpuSession newSession(CpuModel model) {
    return new CpuSession(model, new KvCache(caches), null);
  }

  @Override
  public ModelPass newPass(Kernels kernels, WorkerPool workers) {
    return new FlatPass(this, new Crew(kernels, workers));
  }

  @Override
  public void clear() {
    caches.clear();
  }
}
