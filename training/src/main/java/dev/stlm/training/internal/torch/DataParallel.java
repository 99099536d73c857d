package dev.stlm.training.internal.torch;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Threads that differentiate shares of a batch at the same time.
 *
 * <p>The operations of a small model are too short to be divided among threads one by one: much of
 * the second thread's time goes into waiting. Shares of a batch wait for each other only at their
 * end. On a GPU there is one share, on the thread that asks. Not thread-safe.
 */
final class DataParallel implements AutoCloseable {
  private final int threads;
  private @Nullable ExecutorService workers;
  private int size; // of the workers

  private DataParallel(int threads) {
    this.threads = threads;
  }

  /**
   * For a device, with the threads that PyTorch uses there now.
   *
   * @param dropout whether values fall out: their generator is one for all threads, so that a step
   *     that follows from its seed has one share
   */
  static DataParallel on(Device device, boolean dropout) {
    return new DataParallel(device.isGpu() || dropout ? 1 : TorchProgram.threads());
  }

  /** How many shares of equal size a batch is cut into: a thread each, if its size allows that. */
  int shares(Batch batch, Optional<Batch> masked) {
    int shares = threads;
    while (batch.sequences() % shares != 0
        || (masked.isPresent() && masked.get().sequences() % shares != 0)) {
      shares--;
    }
    return shares;
  }

  /**
   * Does the work of all shares.
   *
   * @param work of a share, by its number from 0; by several threads at once
   * @return the results in the order of the shares, after all have ended
   */
  <T> List<T> each(int shares, IntFunction<T> work) {
    return shares == 1 ? List.of(work.apply(0)) : all(workers(shares), shares, work);
  }

  private ExecutorService workers(int shares) {
    if (workers != null && size == shares) {
      return workers;
    }
    close();
    ExecutorService started =
        Executors.newFixedThreadPool(
            shares, Thread.ofPlatform().daemon().name("stlm-share-", 0).factory());
    // PyTorch counts the threads of operations for each thread that calls it: what is set is for
    // the caller, and for threads that have not asked yet
    Phaser together = new Phaser(shares); // so that each worker does this once
    all(
        started,
        shares,
        i -> {
          TorchProgram.setThreads(Math.max(1, threads / shares));
          TorchProgram.threads();
          together.arriveAndAwaitAdvance();
          return i;
        });
    TorchProgram.setThreads(threads);
    workers = started;
    size = shares;
    return started;
  }

  private static <T> List<T> all(ExecutorService workers, int shares, IntFunction<T> work) {
    List<CompletableFuture<T>> futures =
        IntStream.range(0, shares)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i), workers))
            .toList();
    try {
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
    return futures.stream().map(CompletableFuture::join).toList();
  }

  /** Ends the threads. */
  @Override
  public void close() {
    if (workers != null) {
      workers.close();
      workers = null;
    }
  }
}
