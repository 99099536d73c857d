package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void everyTaskRunsOnceInEveryJob() {
    WorkerPool pool = new WorkerPool(4);
    for (int job = 1; job < 3000; job++) {
      int tasks = job % 37 + 1;
      AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
      pool.run(tasks, job % 5 == 0, (task, _) -> runs.incrementAndGet(task));
      for (int i = 0; i < tasks; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void twoTasksOfOneWorkerNeverRunAtTheSameTime() {
    WorkerPool pool = new WorkerPool(3);
    AtomicIntegerArray busy = new AtomicIntegerArray(3);
    AtomicInteger clashes = new AtomicInteger();
    for (int job = 0; job < 500; job++) {
      pool.run(
          20,
          false,
          (_, worker) -> {
            if (busy.incrementAndGet(worker) != 1) {
              clashes.incrementAndGet();
            }
            busy.decrementAndGet(worker);
          });
    }
    assertThat(clashes.get()).isZero();
  }

  @Test
  void aTaskThatThrowsFailsTheJobAndThePoolGoesOn() {
    WorkerPool pool = new WorkerPool(3);
    for (int bad = 0; bad < 8; bad++) {
      int thrower = bad;
      assertThatThrownBy(() ->
              pool.run(
                  8,
                  false,
                  (task, _) -> {
                    if (task == thrower) {
                      throw new IllegalStateException("task " + task);
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("task " + bad);
      AtomicInteger ran = new AtomicInteger();
      pool.run(8, false, (_, _) -> ran.incrementAndGet());
      assertThat(ran.get()).isEqualTo(8);
    }
  }

  @Test
  void aJobWithinAJobRuns() {
    WorkerPool pool = new WorkerPool(3);
    AtomicInteger inner = new AtomicInteger();
    pool.run(6, false, (_, _) -> pool.run(5, false, (_, _) -> inner.incrementAndGet()));
    assertThat(inner.get()).isEqualTo(30);
  }

  @Test
  void callersThatCollideAllFinish() throws InterruptedException {
    WorkerPool pool = new WorkerPool(3);
    AtomicInteger ran = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Thread t =
          new Thread(() -> {
            for (int job = 0; job < 300; job++) {
              pool.run(7, false, (_, _) -> ran.incrementAndGet());
            }
          });
      callers.add(t);
      t.start();
    }
    for (Thread t : callers) {
      t.join();
    }
    assertThat(ran.get()).isEqualTo(5 * 300 * 7);
  }
}
