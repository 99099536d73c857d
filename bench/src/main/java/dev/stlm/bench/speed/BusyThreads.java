package dev.stlm.bench.speed;

import java.util.concurrent.CountDownLatch;

/** Threads that do nothing but keep processors busy, as other work on the machine would. */
final class BusyThreads implements AutoCloseable {
  private final Thread[] threads;
  private volatile boolean stop;

  /**
   * Starts threads; all of them run when this returns.
   *
   * @param count how many; 0 for none
   */
  BusyThreads(int count) {
    threads = new Thread[count];
    CountDownLatch running = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      threads[i] = Thread.ofPlatform().daemon().name("stlm-busy-" + i).start(() -> spin(running));
    }
    try {
      running.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void spin(CountDownLatch running) {
    running.countDown();
    double x = 1;
    while (!stop) {
      for (int i = 0; i < 1000; i++) {
        x = Math.sqrt(x + i);
      }
    }
    if (Double.isNaN(x)) {
      throw new AssertionError(); // never: keeps the sum alive
    }
  }

  /** Ends them. */
  @Override
  public void close() {
    stop = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
