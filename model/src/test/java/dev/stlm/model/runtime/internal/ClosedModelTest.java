package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.Activation;
import dev.stlm.model.kit.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;

/** A model that is closed while others use it: what runs ends well, what comes after is refused. */
class ClosedModelTest {
  private static final Checkpoint MODEL =
      TinyModels.int8(
          TinyModels.random(
              TinyModels.config(
                  512, 1, 8, 8, 64, 1536, Activation.SWIGLU, true, true, Optional.empty()),
              3),
          32);

  @RepeatedTest(5)
  void weightsStayUntilTheLastCallHasEnded() throws InterruptedException {
    LanguageModel model = CpuModel.of(MODEL, 2);
    int threads = 3;
    CountDownLatch running = new CountDownLatch(threads);
    List<Thread> all = new ArrayList<>();
    AtomicReference<Throwable> unexpected = new AtomicReference<>();
    for (int i = 0; i < threads; i++) {
      Session session = model.newSession();
      all.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int step = 0; ; step++) {
                    session.truncate(0);
                    float[] logits = session.append(1 + step % 100, 2, 3);
                    assertThat(logits).doesNotContain(Float.NaN);
                    if (step == 2) {
                      running.countDown();
                    }
                  }
                } catch (IllegalStateException e) {
                  assertThat(e).hasMessageContaining("closed");
                } catch (Throwable e) {
                  unexpected.set(e);
                  running.countDown();
                }
              }));
    }
    running.await();
    model.close();
    model.close();
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(unexpected.get()).isNull();
  }
}
