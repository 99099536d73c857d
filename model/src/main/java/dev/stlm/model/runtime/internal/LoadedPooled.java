package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.EncoderConfig;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.tokenizer.Patcher;
import org.jspecify.annotations.Nullable;

/** A pooled byte model, ready to run. Local width D, global width G, S slots. */
final class LoadedPooled implements LoadedModel {
  final PooledConfig config;

  /** Slots of a parallel decoder; 0 for an autoregressive one. */
  final int slots;

  /** Whether a byte in the encoder sees the bytes before it, and not its own patch alone. */
  final boolean causalEncoder;

  final EmbeddingWeights embedding;
  final StackWeights encoder;
  final float[] poolNorm; // [D]
  final float @Nullable [] poolQuery; // [D], for attention pooling
  final PackedMatrix poolProjection; // [G, D]
  final StackWeights global;
  final float[] unpoolNorm; // [G]
  final PackedMatrix unpoolProjection; // [D, G], or [S D, G]
  final float @Nullable [] decoderPositions; // [S, D], for a parallel decoder
  final StackWeights decoder;
  final HeadWeights head;

  final Rope encoderRope;
  final Rope globalRope;
  final Rope decoderRope;

  // by positions of ids
  final int encoderPlane;
  final int encodedPlane; // normed, as they are pooled; for a causal encoder
  final int decoderPlane;
  final int draftPlane;

  // by patches
  final int globalPlane;
  final int patchPlane; // [D] what a byte of the next patch adds; [G] for a parallel decoder

  private final Patcher patcher;
  private final KvCache.Pool byteCaches;
  private final KvCache.Pool patchCaches;

  LoadedPooled(PooledConfig config, WeightSource source) {
    this.config = config;
    causalEncoder = config.encoder().scope() == EncoderConfig.Scope.CAUSAL;
    slots = config.decoder() instanceof DecoderConfig.Parallel p ? p.slots() : 0;
    embedding = EmbeddingWeights.of(source, config);
    encoder = StackWeights.of(source, "encoder.", config.encoder().stack());
    poolNorm = source.values("pool.norm");
    poolQuery = config.pooling() == Pooling.ATTENTION ? source.values("pool.query") : null;
    poolProjection = source.matrix("pool.projection");
    global = StackWeights.of(source, "global.", config.global());
    unpoolNorm = source.values("unpool.norm");
    unpoolProjection = source.matrix("unpool.projection");
    decoderPositions = slots > 0 ? source.values("decoder.positions") : null;
    decoder = StackWeights.of(source, "decoder.", config.decoder().stack());
    head = HeadWeights.of(source, config);
    int context = config.contextLength();
    encoderRope = new Rope(config.encoder().stack().attention(), context);
    globalRope = new Rope(config.global().attention(), context);
    decoderRope = new Rope(config.decoder().stack().attention(), slots > 0 ? slots : context);
    KvCache.Layout bytes = new KvCache.Layout();
    encoderPlane = causalEncoder ? bytes.addStack(config.encoder().stack()) : -1;
    encodedPlane = causalEncoder ? bytes.addVectors(config.width()) : -1;
    decoderPlane = slots == 0 ? bytes.addStack(config.decoder().stack()) : -1;
    draftPlane = config.futureIds().isPresent() ? bytes.addVectors(config.width()) : -1;
    KvCache.Layout patches = new KvCache.Layout();
    globalPlane = patches.addStack(config.global());
    patchPlane = patches.addVectors(slots > 0 ? config.global().width() : config.width());
    patcher = config.patcher().create();
    byteCaches = new KvCache.Pool(bytes);
    patchCaches = new KvCache.Pool(patches);
  }

  @Override
  public CpuSession newSession(CpuModel model) {
    PatchState patches =
        new PatchState(
            new PatchLog(new PatchTracker(patcher)),
            new KvCache(patchCaches),
            slots * Kernels.padded(config.width()));
    return new CpuSession(model, new KvCache(byteCaches), patches);
  }

  @Override
  public ModelPass newPass(Kernels kernels, WorkerPool workers) {
    return new PooledPass(this, new Crew(kernels, workers));
  }

  @Override
  public void clear() {
    byteCaches.clear();
    patchCaches.clear();
  }
}
