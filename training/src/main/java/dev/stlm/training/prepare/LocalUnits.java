package dev.stlm.training.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Runs units in this process.
 *
 * @param threads units at a time, at least 1
 */
public record LocalUnits(int threads) implements UnitRunner {
  public LocalUnits {
    SettingCheck.check("threads", threads, threads >= 1 && threads <= 1024, "1 to 1024");
  }

  @Override
  public void run(List<? extends Unit> units, LongConsumer progress) {
    if (threads == 1 || units.size() < 2) {
      units.forEach(unit -> unit.run(progress));
      return;
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      units.forEach(unit -> running.add(pool.submit(() -> unit.run(progress))));
      try {
        for (Future<?> unit : running) {
          unit.get();
        }
      } catch (ExecutionException e) {
        // units that run are finished, those that wait are not begun
        running.forEach(unit -> unit.cancel(false));
        throw unchecked(e);
      } catch (InterruptedException e) {
        running.forEach(unit -> unit.cancel(false));
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** What the unit threw; units declare nothing, so it is not a checked exception. */
  private static RuntimeException unchecked(ExecutionException failed) {
    return switch (failed.getCause()) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException(failed);
    };
  }
}
