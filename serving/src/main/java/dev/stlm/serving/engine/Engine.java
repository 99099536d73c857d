package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.EngineRefusal.Reason;
import dev.stlm.serving.engine.GenerationListener.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Runs many generations on one model: a bounded queue, fair to its clients, in front of one thread
 * that owns all sessions.
 *
 * <p>Each step of the thread admits waiting requests while there is room, reads one chunk of
 * prompts and one of texts to embed, and advances all running samples by one token in one batch
 * (continuous batching, Yu et al. 2022; chunked prefill, Agrawal et al. 2024), so a long prompt
 * delays others by a chunk only. What a request yields does not depend on what else runs. Prompts
 * and texts are never logged.
 *
 * <p>Thread-safe. The model is not closed with the engine.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Engine.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(10);
  private static final long MEGABYTE = 1 << 20;

  private final LanguageModel model;
  private final EngineLimits limits;
  private final EngineObserver observer;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FairQueue waiting = new FairQueue();
  private final Departures departures = new Departures();
  private State state = State.RUNNING;
  private volatile int active;

  private enum State {
    /** Takes requests. */
    RUNNING,
    /** Takes none, finishes those it has, then ends. */
    DRAINING,
    /** Ends. */
    STOPPING,
    /** Has ended because the files of the model do not give its weights any more. */
    BROKEN,
    /** Has ended because something failed that should not. */
    DEAD
  }

  public Engine(LanguageModel model, EngineLimits limits, EngineObserver observer) {
    this.model = model;
    this.limits = limits;
    this.observer = observer;
    this.thread = Thread.ofPlatform().name("stlm-engine").daemon(true).unstarted(this::loop);
    thread.start();
  }

  /** As {@link #submit(String, List, List)} for a client without a name. */
  public List<Generation> submit(
      List<GenerationRequest> requests, List<? extends GenerationListener> listeners)
      throws EngineRefusal {
    return submit("", requests, listeners);
  }

  /**
   * Takes requests that belong together: all of them or none.
   *
   * @param client whose they are; clients get equal shares of the engine while they wait for it
   * @param requests what to generate
   * @param listeners who hears of each
   * @return a handle for each
   * @throws EngineRefusal if the queue has no room for all of them, or the engine is stopping
   */
  public List<Generation> submit(
      String client, List<GenerationRequest> requests, List<? extends GenerationListener> listeners)
      throws EngineRefusal {
    int sequences = requests.stream().mapToInt(GenerationRequest::samples).sum();
    List<Generation> taken = new ArrayList<>(requests.size());
    lock.lock();
    try {
      Flow flow = flowWithRoomFor(client, sequences);
      for (int i = 0; i < requests.size(); i++) {
        taken.add(new Generation(flow, requests.get(i), listeners.get(i), timeoutNanos()));
      }
      taken.forEach(waiting::add);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return taken;
  }

  /**
   * Takes texts to embed: all of them or none. Needs a model with {@link
   * LanguageModel#givesVectors()}.
   *
   * @param client whose they are
   * @param texts the ids of each
   * @param listeners who hears of each
   * @return a handle for each
   * @throws EngineRefusal if the queue has no room for all of them, or the engine is stopping
   */
  public List<Embedding> embed(
      String client, List<Prompt> texts, List<? extends EmbeddingListener> listeners)
      throws EngineRefusal {
    List<Embedding> taken = new ArrayList<>(texts.size());
    lock.lock();
    try {
      Flow flow = flowWithRoomFor(client, texts.size());
      for (int i = 0; i < texts.size(); i++) {
        taken.add(new Embedding(flow, texts.get(i), listeners.get(i), timeoutNanos()));
      }
      taken.forEach(waiting::add);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return taken;
  }

  private long timeoutNanos() {
    return limits.timeout().toNanos();
  }

  private Flow flowWithRoomFor(String client, int sequences) throws EngineRefusal {
    switch (state) {
      case RUNNING -> {}
      case DRAINING, STOPPING ->
          throw new EngineRefusal(Reason.STOPPING, 1, "the server is shutting down");
      case BROKEN ->
          throw new EngineRefusal(
              Reason.BROKEN, 10, "the model's files have changed in place; it must be loaded anew");
      case DEAD ->
          throw new EngineRefusal(Reason.BROKEN, 10, "the engine has failed; the log says why");
    }
    Flow flow = waiting.flow(client);
    int bound = flow.waiting.isEmpty() ? 2 * limits.maxQueued() : limits.maxQueued();
    int excess =
        Math.max(
            waiting.sequences() + sequences - bound,
            flow.waitingSequences + sequences - limits.maxQueued());
    if (excess > 0) {
      observer.rejected();
      throw new EngineRefusal(
          Reason.QUEUE_FULL,
          departures.secondsFor(excess, System.nanoTime()),
          "%d sequences wait and the request asks for %d more; at most %d may wait"
              .formatted(waiting.sequences(), sequences, limits.maxQueued()));
    }
    return flow;
  }

  /** Sequences that wait. */
  public int waiting() {
    lock.lock();
    try {
      return waiting.sequences();
    } finally {
      lock.unlock();
    }
  }

  /** Sequences that are being computed. */
  public int active() {
    return active;
  }

  /** Whether requests are taken. */
  public boolean ready() {
    return state() == State.RUNNING;
  }

  /** Whether all is well, or has ended as it should: only a restart helps where it is not. */
  public boolean live() {
    return state() != State.DEAD;
  }

  /** What keeps requests from being taken, if anything does. */
  public Optional<String> trouble() {
    return switch (state()) {
      case RUNNING -> Optional.empty();
      case DRAINING, STOPPING -> Optional.of("shutting down");
      case BROKEN -> Optional.of("the model's files have changed in place");
      case DEAD -> Optional.of("failed; the log says why");
    };
  }

  private State state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and ends when what runs and what waits is done. Returns at once. */
  public void drain() {
    turnTo(State.DRAINING);
  }

  /**
   * Waits for the end that {@link #drain} asks for.
   *
   * @return whether it has come
   */
  public boolean awaitEnd(Duration most) {
    try {
      return thread.join(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends what runs with {@link GenerationListener.Failure#STOPPING} and takes nothing more. */
  @Override
  public void close() {
    turnTo(State.STOPPING);
    awaitEnd(STOP_WAIT);
  }

  private void turnTo(State next) {
    lock.lock();
    try {
      if (state.compareTo(next) < 0) {
        state = next;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    EngineStep step = new EngineStep(model, limits.prefixCacheMegabytes() * MEGABYTE, observer);
    Failure why = Failure.STOPPING;
    try {
      while (admit(step)) {
        step.run();
        active = step.sequences();
      }
    } catch (InternalError e) {
      // how the JVM says that a mapped file has become shorter
      LOG.error("The files of a model have changed in place; it must be loaded anew", e);
      why = Failure.INTERNAL;
      turnTo(State.BROKEN);
    } catch (Throwable e) {
      // memory has run out, or worse: nobody may wait for a thread that is gone
      LOG.fatal("The engine ends", e);
      why = Failure.INTERNAL;
      turnTo(State.DEAD);
    }
    turnTo(State.STOPPING);
    List<Work> left;
    lock.lock();
    try {
      left = waiting.removeIf(w -> true);
    } finally {
      lock.unlock();
    }
    step.stop(why);
    active = 0;
    for (Work work : left) {
      step.fail(work, why);
    }
  }

  /**
   * Moves requests from the queue into the step while there is room; waits if there is no work.
   *
   * @return whether the engine goes on
   */
  private boolean admit(EngineStep step) {
    List<Work> late;
    lock.lock();
    try {
      while (state == State.RUNNING && waiting.isEmpty() && step.sequences() == 0) {
        changed.awaitUninterruptibly();
      }
      boolean idle = waiting.isEmpty() && step.sequences() == 0;
      if (state == State.STOPPING || (state == State.DRAINING && idle)) {
        return false;
      }
      late = waiting.removeIf(w -> w.cancelled() || w.late());
      admitInTurn(step);
      active = step.sequences();
    } finally {
      lock.unlock();
    }
    late.forEach(step::drop);
    return true;
  }

  private void admitInTurn(EngineStep step) {
    for (Optional<Work> next = waiting.peek(); next.isPresent(); next = waiting.peek()) {
      int sequences = next.get().sequences();
      if (step.sequences() > 0 && step.sequences() + sequences > limits.maxActive()) {
        return;
      }
      step.add(waiting.remove());
      departures.left(sequences, System.nanoTime());
    }
  }
}
