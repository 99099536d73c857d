package dev.stlm.training.cli;

import dev.stlm.training.TrainingRun;
import java.util.concurrent.CountDownLatch;

/**
 * Ends a run in order when the process is asked to end (Ctrl-C, SIGTERM): the shutdown waits until
 * the run has written its checkpoint. The JVM then exits with 128 plus the number of the signal.
 */
final class StopOnSignal implements AutoCloseable {
  /** What a shell expects after Ctrl-C. */
  static final int EXIT_CODE = 130;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private StopOnSignal(TrainingRun run) {
    this.hook =
        new Thread(
            () -> {
              run.stop();
              try {
                finished.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stlm-stop");
  }

  static StopOnSignal of(TrainingRun run) {
    StopOnSignal stop = new StopOnSignal(run);
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the shutdown is under way: the hook has done its work
    }
  }
}
