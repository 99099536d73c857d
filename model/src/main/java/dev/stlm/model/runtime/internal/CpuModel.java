package dev.stlm.model.runtime.internal;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A model on the CPU. */
public final class CpuModel implements LanguageModel {
  private static final int IDLE_PASSES = 8;

  private final Checkpoint checkpoint;
  private final ModelConfig config;
  private final Kernels kernels;
  private final WorkerPool workers;
  private final AtomicReferenceArray<@Nullable ModelPass> idle =
      new AtomicReferenceArray<>(IDLE_PASSES);
  private final Packing packing;

  /** Calls that run, and one more as long as the model is open. */
  private final AtomicInteger uses = new AtomicInteger(1);

  private volatile @Nullable LoadedModel loaded;
  private volatile @Nullable String hash;

  /**
   * Packs the weights of a checkpoint.
   *
   * @param threads that work on a step, the caller included
   */
  public static CpuModel of(Checkpoint checkpoint, int threads) {
    return new CpuModel(checkpoint, KernelChoice.kernels(), WorkerPool.shared(threads));
  }

  /**
   * Packs the weights of a checkpoint.
   *
   * @param threads that work on a step, the caller included
   * @param hash its {@link CheckpointHash}, which is taken as given
   */
  public static CpuModel of(Checkpoint checkpoint, int threads, String hash) {
    CpuModel model = of(checkpoint, threads);
    model.hash = hash;
    return model;
  }

  /** Which kernels this process has chosen, and why. */
  public static String kernels() {
    return KernelChoice.description();
  }

  CpuModel(Checkpoint checkpoint, Kernels kernels, WorkerPool workers) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.kernels = kernels;
    this.workers = workers;
    this.packing = new Packing(kernels);
    this.loaded = LoadedModel.of(checkpoint, packing);
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
    return loaded().newSession(this);
  }

  @Override
  public List<float[]> append(List<? extends Session> sessions, List<int[]> ids) {
    List<float[]> results = new ArrayList<>(Collections.nCopies(sessions.size(), new float[0]));
    append(sessions, ids, new LastLogits(ids, results));
    return results;
  }

  @Override
  public void append(List<? extends Session> sessions, List<int[]> ids, BatchLogitsSink sink) {
    run(sessions, ids, sink, /* vectors= */ false);
  }

  @Override
  public boolean givesVectors() {
    return true;
  }

  @Override
  public long sessionBytes(Session session) {
    if (!(session instanceof CpuSession own) || own.model() != this) {
      throw new IllegalArgumentException("the session is not of this model");
    }
    return own.bytes();
  }

  @Override
  public void vectors(List<? extends Session> sessions, List<int[]> ids, VectorSink sink) {
    run(
        sessions,
        ids,
        new BatchLogitsSink() {
          @Override
          public boolean wants(int sequence, int index) {
            return sink.wants(sequence, index);
          }

          @Override
          public void accept(int sequence, int index, float[] vector) {
            sink.accept(sequence, index, vector);
          }
        },
        /* vectors= */ true);
  }

  private void run(
      List<? extends Session> sessions, List<int[]> ids, BatchLogitsSink sink, boolean vectors) {
    List<CpuSession> mine = check(sessions, ids);
    int[] starts = mine.stream().mapToInt(CpuSession::position).toArray();
    int width = vectors ? config.width() : config.vocabularySize();
    Optional<SharedBatch> shared = SharedBatch.of(ids, sink, width, workers.workers());
    enter();
    try {
      if (shared.isPresent()) {
        SharedBatch batch = shared.get();
        workers.run(
            batch.shares(),
            false,
            (share, _) ->
                runPass(batch.of(share, mine), batch.ids(share), batch.sink(share), vectors));
        batch.deliver(sink);
      } else {
        runPass(mine, ids, sink, vectors);
      }
    } catch (RuntimeException | Error e) {
      for (int i = 0; i < starts.length; i++) {
        mine.get(i).rollBack(starts[i]);
      }
      throw e;
    } finally {
      leave();
    }
  }

  private void runPass(
      List<CpuSession> sessions, List<int[]> ids, BatchLogitsSink sink, boolean vectors) {
    ModelPass pass = take();
    new BatchRun(pass, sessions, ids, sink, config, vectors).run();
    give(pass);
  }

  /** One id to one session: the path of generation, which allocates nothing. */
  void append(CpuSession session, int id, float[] logits) {
    session.checkUsable();
    checkId(id);
    checkRoom(session, 1);
    enter();
    try {
      ModelPass pass = take();
      session.stage(id);
      pass.batch.clear();
      pass.batch.add(session, session.position(), true);
      pass.run();
      pass.logits(0, 1);
      pass.copyLogits(0, logits);
      session.advance(1);
      give(pass);
    } finally {
      leave();
    }
  }

  /** See {@link Session#draft}; allocates nothing. */
  void draft(CpuSession session, int[] guesses, int count, float[] logits) {
    session.checkUsable();
    int most = draftLength();
    if (most == 0) {
      throw new UnsupportedOperationException("this model has no drafts of later ids");
    }
    if (count < 1 || count > Math.min(most, guesses.length)) {
      throw new IllegalArgumentException(
          count + " guesses of " + guesses.length + "; allowed: 1 to " + most);
    }
    for (int i = 0; i < count; i++) {
      checkId(guesses[i]);
    }
    if (session.position() == 0) {
      throw new IllegalStateException("nothing is read that drafts could start from");
    }
    enter();
    try {
      ModelPass pass = take();
      pass.draft(session, guesses, count, logits);
      give(pass);
    } finally {
      leave();
    }
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
    loaded();
  }

  private LoadedModel loaded() {
    LoadedModel model = loaded;
    if (model == null) {
      throw closed();
    }
    return model;
  }

  /** Keeps the weights until {@link #leave}, also if the model is closed meanwhile. */
  private void enter() {
    int open;
    do {
      open = uses.get();
      if (open == 0 || loaded == null) {
        throw closed();
      }
    } while (!uses.compareAndSet(open, open + 1));
  }

  private void leave() {
    if (uses.decrementAndGet() == 0) {
      packing.close();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the model is closed");
  }

  private ModelPass take() {
    for (int i = 0; i < IDLE_PASSES; i++) {
      ModelPass pass = idle.getAndSet(i, null);
      if (pass != null) {
        return pass;
      }
    }
    return loaded().newPass(kernels, workers);
  }

  private void give(ModelPass pass) {
    pass.batch.clear();
    for (int i = 0; i < IDLE_PASSES; i++) {
      if (loaded != null && idle.compareAndSet(i, null, pass)) {
        return;
      }
    }
  }

  @Override
  public synchronized void close() {
    LoadedModel model = loaded;
    loaded = null;
    for (int i = 0; i < IDLE_PASSES; i++) {
      idle.set(i, null);
    }
    if (model != null) {
      model.clear();
      leave();
    }
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
