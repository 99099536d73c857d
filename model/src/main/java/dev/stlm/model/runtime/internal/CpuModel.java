package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A flat decoder on the CPU. */
public final class CpuModel implements LanguageModel {
  private static final int IDLE_PASSES = 8;

  private final Checkpoint checkpoint;
  private final FlatConfig config;
  private final Kernels kernels;
  private final WorkerPool workers;
  private final KvCache.Pool caches;
  private final Rope rope;
  private final AtomicReferenceArray<@Nullable ForwardPass> idle =
      new AtomicReferenceArray<>(IDLE_PASSES);
  private volatile @Nullable FlatWeights weights;
  private volatile @Nullable String hash;

  /** Packs the weights of a checkpoint. */
  public static CpuModel of(Checkpoint checkpoint) {
    return new CpuModel(checkpoint, KernelChoice.kernels(), WorkerPool.shared());
  }

  CpuModel(Checkpoint checkpoint, Kernels kernels, WorkerPool workers) {
    this.checkpoint = checkpoint;
    this.config =
        switch (checkpoint.config()) {
          case FlatConfig flat -> flat;
          case PooledConfig _ ->
              throw new InvalidInputException("runtime cpu: it runs flat models; use another one");
        };
    this.kernels = kernels;
    this.workers = workers;
    this.weights = FlatWeights.of(checkpoint, config);
    this.caches = new KvCache.Pool(config.layers(), config.attention());
    this.rope = new Rope(config.attention(), config.contextLength());
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Tokenizer tokenizer() {
    return checkpoint.tokenizer();
  }

  @Override
  public String hash() {
    // reads every weight: worth doing once, and only for who asks
    String known = hash;
    if (known == null) {
      known = CheckpointHash.of(checkpoint);
      hash = known;
    }
    return known;
  }

  @Override
  public Session newSession() {
    checkOpen();
    return new CpuSession(this, new KvCache(caches), new int[64], 0);
  }

  @Override
  public List<float[]> append(List<? extends Session> sessions, List<int[]> ids) {
    List<float[]> results = new ArrayList<>(Collections.nCopies(sessions.size(), new float[0]));
    append(sessions, ids, new LastLogits(ids, results));
    return results;
  }

  @Override
  public void append(List<? extends Session> sessions, List<int[]> ids, BatchLogitsSink sink) {
    List<CpuSession> mine = check(sessions, ids);
    int[] starts = mine.stream().mapToInt(CpuSession::position).toArray();
    ForwardPass pass = take();
    try {
      new BatchRun(pass, mine, ids, sink, config.vocabularySize()).run();
      give(pass);
    } catch (RuntimeException | Error e) {
      for (int i = 0; i < starts.length; i++) {
        mine.get(i).truncate(starts[i]);
      }
      throw e;
    }
  }

  /** One id to one session: the path of generation, which allocates nothing. */
  void append(CpuSession session, int id, float[] logits) {
    session.checkUsable();
    checkId(id);
    checkRoom(session, 1);
    ForwardPass pass = take();
    session.stage(id);
    pass.batch.clear();
    pass.batch.add(session, session.position(), true);
    pass.run();
    pass.logits(0, 1);
    pass.copyLogits(0, logits);
    session.advance(1);
    give(pass);
  }

  private List<CpuSession> check(List<? extends Session> sessions, List<int[]> ids) {
    if (sessions.size() != ids.size()) {
      throw new IllegalArgumentException(
          sessions.size() + " sessions for " + ids.size() + " arrays of ids");
    }
    List<CpuSession> mine = new ArrayList<>(sessions.size());
    Set<Session> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < sessions.size(); i++) {
      if (!(sessions.get(i) instanceof CpuSession s) || s.model() != this) {
        throw new IllegalArgumentException("session " + i + " is not of this model");
      }
      if (!seen.add(s)) {
        throw new IllegalArgumentException("session " + i + " is given twice");
      }
      s.checkUsable();
      if (ids.get(i).length == 0) {
        throw new IllegalArgumentException("no ids to append");
      }
      for (int id : ids.get(i)) {
        checkId(id);
      }
      checkRoom(s, ids.get(i).length);
      mine.add(s);
    }
    return mine;
  }

  private void checkId(int id) {
    if (id < 0 || id >= config.vocabularySize()) {
      throw new InvalidInputException(
          "model: id " + id + " is not one of 0 to " + (config.vocabularySize() - 1));
    }
  }

  private void checkRoom(CpuSession session, int count) {
    if (count > config.contextLength() - session.position()) {
      throw new InvalidInputException(
          "model: the context holds "
              + config.contextLength()
              + " ids; "
              + ((long) session.position() + count)
              + " are asked for: shorten the text");
    }
  }

  void checkOpen() {
    if (weights == null) {
      throw new IllegalStateException("the model is closed");
    }
  }

  private ForwardPass take() {
    for (int i = 0; i < IDLE_PASSES; i++) {
      ForwardPass pass = idle.getAndSet(i, null);
      if (pass != null) {
        return pass;
      }
    }
    FlatWeights w = weights;
    if (w == null) {
      throw new IllegalStateException("the model is closed");
    }
    return new ForwardPass(config, w, rope, kernels, workers);
  }

  private void give(ForwardPass pass) {
    pass.batch.clear();
    for (int i = 0; i < IDLE_PASSES; i++) {
      if (weights != null && idle.compareAndSet(i, null, pass)) {
        return;
      }
    }
  }

  @Override
  public void close() {
    weights = null;
    for (int i = 0; i < IDLE_PASSES; i++) {
      idle.set(i, null);
    }
    caches.clear();
  }

  /** Keeps the logits after the last id of each session. */
  private record LastLogits(List<int[]> ids, List<float[]> results) implements BatchLogitsSink {
    @Override
    public boolean wants(int sequence, int index) {
      return index == ids.get(sequence).length - 1;
    }

    @Override
    public void accept(int sequence, int index, float[] logits) {
      results.set(sequence, logits.clone());
    }
  }
}
