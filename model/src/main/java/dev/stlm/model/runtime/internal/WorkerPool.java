package dev.stlm.model.runtime.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Persistent daemon threads that help a caller with the tasks of a job.
 *
 * <p>Tasks are claimed one at a time, by the caller too: a worker that the system does not run
 * holds nothing up, the caller just does more of the tasks itself. Workers spin for some
 * microseconds after a job, then park. There is one pool a process and number of threads, so that
 * models leak no threads; a caller that finds it in use by another does its job alone. Running a
 * job allocates nothing.
 */
final class WorkerPool {
  /** A job of some tasks that may run in any order, at the same time. */
  interface Job {
    /**
     * Runs a task.
     *
     * @param worker who runs it, in {@code [0, workers())}: names its scratch memory
     */
    void run(int task, int worker);
  }

  private static final int SPINS = 4000;
  private static final ConcurrentMap<Integer, WorkerPool> SHARED = new ConcurrentHashMap<>();
  private static final long INDEX_MASK = 0xFFFFFFFFL;

  private final Worker[] workers;
  private final ReentrantLock caller = new ReentrantLock();
  // upper half: number of the job; lower half: tasks not yet claimed
  private final AtomicLong claims = new AtomicLong();
  private final AtomicInteger finished = new AtomicInteger();
  private @Nullable Job job;
  private volatile @Nullable Throwable failure;

  /**
   * A pool.
   *
   * @param threads threads that work on a job, the caller included; at least 1
   */
  WorkerPool(int threads) {
    workers = new Worker[Math.max(1, threads) - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
  }

  /** The pool of this process of so many threads. */
  static WorkerPool shared(int threads) {
    return SHARED.computeIfAbsent(Math.max(1, threads), WorkerPool::new);
  }

  /** Threads that work on a job, the caller included. */
  int workers() {
    return workers.length + 1;
  }

  /**
   * Runs tasks 0 to {@code tasks - 1} and returns when all have ended; rethrows what one threw.
   * Called from within a task, or while another thread has the pool, it uses this thread alone.
   *
   * @param alone runs it on this thread alone, for a job too short to share
   */
  void run(int tasks, boolean alone, Job work) {
    if (alone || tasks <= 1 || workers.length == 0 || !lock()) {
      for (int i = 0; i < tasks; i++) {
        work.run(i, 0);
      }
      return;
    }
    try {
      share(tasks, work);
    } finally {
      caller.unlock();
    }
  }

  private boolean lock() {
    return !caller.isHeldByCurrentThread()
        && !(Thread.currentThread() instanceof Worker)
        && caller.tryLock();
  }

  private void share(int tasks, Job work) {
    job = work;
    failure = null;
    finished.set(0);
    long number = (claims.get() >>> 32) + 1;
    claims.set(number << 32 | tasks);
    for (int i = 0; i < Math.min(workers.length, tasks - 1); i++) {
      workers[i].wake();
    }
    int done = work(0);
    finished.addAndGet(done);
    for (int spins = 0; finished.get() < tasks; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        // a worker was taken off its core in the middle of a task
        LockSupport.parkNanos(20_000);
      }
    }
    job = null;
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Claims and runs tasks until none is left; gives their number. */
  private int work(int worker) {
    int done = 0;
    for (; ; ) {
      long now = claims.get();
      int left = (int) (now & INDEX_MASK);
      if (left == 0) {
        return done;
      }
      if (!claims.compareAndSet(now, now - 1)) {
        continue;
      }
      // the claim keeps the job from ending, so this is the job of that claim
      Job work = job;
      try {
        if (work != null) {
          work.run(left - 1, worker);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      if (worker == 0) {
        done++;
      } else {
        finished.incrementAndGet();
      }
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean parked;
    private boolean started;

    Worker(int index) {
      super("stlm-worker-" + index);
      this.index = index;
      setDaemon(true);
    }

    /** Called by the caller that holds the lock. */
    void wake() {
      if (!started) {
        started = true;
        start();
      } else if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      for (; ; ) {
        try {
          workForever();
        } catch (InternalError e) {
          // a mapped file has become shorter: said late, after the task that read it
          failure = e;
        }
      }
    }

    private void workForever() {
      int spins = 0;
      for (; ; ) {
        if ((claims.get() & INDEX_MASK) != 0) {
          work(index);
          spins = 0;
        } else if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if ((claims.get() & INDEX_MASK) == 0) {
            LockSupport.park(this);
          }
          parked = false;
          spins = 0;
        }
      }
    }
  }
}
