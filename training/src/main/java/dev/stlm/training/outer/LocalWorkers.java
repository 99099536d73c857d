package dev.stlm.training.outer;

import dev.stlm.model.checkpoint.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Workers of one process, a thread each, that wait for each other at the end of every round. They
 * share the engine's threads, so this is for tests and for trying an outer optimiser out, not for
 * speed. Thread-safe.
 */
public final class LocalWorkers {
  private final int innerSteps;
  private final OuterOptimizer optimizer;
  private final CyclicBarrier barrier;
  private final List<Map<String, Tensor>> given;
  private volatile Map<String, Tensor> start;

  /**
   * Workers that have not begun.
   *
   * @param count of workers, at least 1
   * @param innerSteps steps between exchanges, H; at least 1
   * @param start weights that all of them begin with
   */
  public LocalWorkers(
      int count, int innerSteps, Map<String, Tensor> start, OuterOptimizer optimizer) {
    if (count < 1 || innerSteps < 1) {
      throw new IllegalArgumentException(count + " workers, " + innerSteps + " inner steps");
    }
    this.innerSteps = innerSteps;
    this.optimizer = optimizer;
    this.start = Map.copyOf(start);
    this.given = new ArrayList<>(Collections.nCopies(count, Map.of()));
    this.barrier = new CyclicBarrier(count, this::endRound);
  }

  /**
   * What a worker is given.
   *
   * @param index from 0
   */
  public OuterLoop worker(int index) {
    return new Worker(index);
  }

  /** Makes all workers that wait, or will, fail: one of them has ended early. */
  public void abort() {
    barrier.reset();
  }

  /** What the next round begins with. */
  public Map<String, Tensor> weights() {
    return start;
  }

  /** Called by the last worker to come, while the others wait. */
  private void endRound() {
    start = Map.copyOf(optimizer.next(start, List.copyOf(given)));
  }

  private final class Worker implements OuterLoop {
    private final int index;

    Worker(int index) {
      this.index = index;
    }

    @Override
    public int innerSteps() {
      return innerSteps;
    }

    @Override
    public Map<String, Tensor> exchange(long round, Map<String, Tensor> weights) {
      given.set(index, weights); // a place of its own, read behind the barrier
      try {
        barrier.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted in round " + round, e);
      } catch (BrokenBarrierException e) {
        throw new IllegalStateException("another worker has ended in round " + round, e);
      }
      return start;
    }
  }
}
