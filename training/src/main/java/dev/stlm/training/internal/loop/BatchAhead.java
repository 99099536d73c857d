package dev.stlm.training.internal.loop;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the batch of the next step while the engine works on this one. A batch is a function of its
 * step, so what comes out does not depend on when it was made.
 *
 * @param <T> a batch, ready for the engine
 */
final class BatchAhead<T> implements AutoCloseable {
  private final LongFunction<T> maker;
  private final Consumer<? super T> discard;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("stlm-data").factory());
  private @Nullable Future<T> next;
  private long nextStep;

  /**
   * Makes nothing yet.
   *
   * @param maker makes the batch of a step; called by one thread of its own
   * @param discard frees a batch that nobody takes
   */
  BatchAhead(LongFunction<T> maker, Consumer<? super T> discard) {
    this.maker = maker;
    this.discard = discard;
  }

  /** The batch of a step; that of the step after it is made from now on. */
  T take(long step) {
    if (nextStep != step) {
      drop();
    }
    Future<T> ready = next != null ? next : submit(step);
    T batch = await(ready);
    nextStep = step + 1;
    next = submit(nextStep);
    return batch;
  }

  private Future<T> submit(long step) {
    return thread.submit(() -> maker.apply(step));
  }

  private static <T> T await(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("no batch could be made", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void drop() {
    if (next != null) {
      Future<T> unwanted = next;
      next = null;
      discard.accept(await(unwanted));
    }
  }

  /** Ends the thread, after the batch that it is at. */
  @Override
  public void close() {
    try {
      drop();
    } finally {
      thread.shutdown();
    }
  }
}
