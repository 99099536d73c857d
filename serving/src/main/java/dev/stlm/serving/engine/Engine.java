package dev.stlm.serving.engine;

import dev.stlm.model.LanguageModel;
import dev.stlm.serving.engine.GenerationListener.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Runs many generations on one model: a bounded queue in front of one thread that owns all
 * sessions.
 *
 * <p>Each step of the thread admits waiting requests while there is room, reads one chunk of one
 * prompt, and advances all running samples by one token in one batch (continuous batching, Yu et
 * al. 2022; chunked prefill, Agrawal et al. 2024), so a long prompt delays others by a chunk only.
 * What a request yields does not depend on what else runs. Prompts and texts are never logged.
 *
 * <p>Thread-safe. The model is not closed with the engine.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Engine.class);
  private static final int STOP_WAIT_MILLIS = 10_000;

  private final LanguageModel model;
  private final EngineLimits limits;
  private final EngineObserver observer;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Generation> waiting = new ArrayDeque<>();
  private int waitingSequences;
  private boolean stopping;
  private volatile int active;

  public Engine(LanguageModel model, EngineLimits limits, EngineObserver observer) {
    this.model = model;
    this.limits = limits;
    this.observer = observer;
    this.thread = Thread.ofPlatform().name("stlm-engine").daemon(true).unstarted(this::loop);
    thread.start();
  }

  /**
   * Takes requests that belong together: all of them or none.
   *
   * @param requests what to generate
   * @param listeners who hears of each
   * @return a handle for each
   * @throws EngineRefusal if the queue has no room for all of them, or the engine is stopping
   */
  public List<Generation> submit(
      List<GenerationRequest> requests, List<? extends GenerationListener> listeners)
      throws EngineRefusal {
    int sequences = requests.stream().mapToInt(GenerationRequest::samples).sum();
    List<Generation> taken = new ArrayList<>(requests.size());
    lock.lock();
    try {
      if (stopping) {
        throw new EngineRefusal(EngineRefusal.Reason.STOPPING, "the server is shutting down");
      }
      if (waitingSequences + sequences > limits.maxQueued()) {
        observer.rejected();
        throw new EngineRefusal(
            EngineRefusal.Reason.QUEUE_FULL,
            "%d sequences wait and the request asks for %d more; at most %d may wait"
                .formatted(waitingSequences, sequences, limits.maxQueued()));
      }
      for (int i = 0; i < requests.size(); i++) {
        Generation generation =
            new Generation(requests.get(i), listeners.get(i), limits.timeout().toNanos());
        taken.add(generation);
        waiting.add(generation);
      }
      waitingSequences += sequences;
      changed.signal();
    } finally {
      lock.unlock();
    }
    return taken;
  }

  /** Sequences that wait. */
  public int waiting() {
    lock.lock();
    try {
      return waitingSequences;
    } finally {
      lock.unlock();
    }
  }

  /** Sequences that are being computed. */
  public int active() {
    return active;
  }

  /** Whether requests are taken and the thread that computes them lives. */
  public boolean ready() {
    lock.lock();
    try {
      return !stopping && thread.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what runs with {@link GenerationListener.Failure#STOPPING} and takes nothing more. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(STOP_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    EngineStep step = new EngineStep(model, observer);
    Failure why = Failure.STOPPING;
    try {
      while (admit(step)) {
        step.run();
        active = step.sequences();
      }
    } catch (Throwable e) {
      // memory has run out, or worse: nobody may wait for a thread that is gone
      LOG.fatal("The engine ends", e);
      why = Failure.INTERNAL;
    }
    List<Generation> left;
    lock.lock();
    try {
      stopping = true;
      left = List.copyOf(waiting);
      waiting.clear();
      waitingSequences = 0;
    } finally {
      lock.unlock();
    }
    step.stop(why);
    active = 0;
    for (Generation generation : left) {
      step.fail(generation, why);
    }
  }

  /** Moves requests from the queue into the step while there is room; waits if there is no work. */
  private boolean admit(EngineStep step) {
    List<Generation> late = new ArrayList<>();
    lock.lock();
    try {
      while (!stopping && waiting.isEmpty() && step.sequences() == 0) {
        changed.awaitUninterruptibly();
      }
      if (stopping) {
        return false;
      }
      waiting.removeIf(g -> {
        boolean over = g.cancelled() || g.late();
        if (over) {
          waitingSequences -= g.request().samples();
          late.add(g);
        }
        return over;
      });
      while (!waiting.isEmpty()) {
        int samples = waiting.element().request().samples();
        if (step.sequences() > 0 && step.sequences() + samples > limits.maxActive()) {
          break;
        }
        waitingSequences -= samples;
        step.add(waiting.remove());
      }
      active = step.sequences();
    } finally {
      lock.unlock();
    }
    late.forEach(step::drop);
    return true;
  }
}
