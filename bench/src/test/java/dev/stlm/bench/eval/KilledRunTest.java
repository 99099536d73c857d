package dev.stlm.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.bench.results.AnswerRow;
import dev.stlm.bench.results.ResultSet;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.bench.task.Tasks;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own is killed without warning; the next one goes on. */
class KilledRunTest {
  private static final Tasks TASKS = Tasks.installed();
  // more than one batch of answers, so that some are on disk and some are lost
  private static final int LIMIT = 3000;
  private static final int BEFORE_KILL = 5000;

  @Test
  void aRunKilledByTheSystemGoesOnFromItsLastBatch(@TempDir Path dir) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("answered " + BEFORE_KILL);
    } finally {
      process.destroyForcibly().waitFor();
    }

    AtomicLong known = new AtomicLong();
    Evaluation.Listener listener =
        new Evaluation.Listener() {
          @Override
          public void started(long open, long answered) {
            known.set(answered);
          }
        };
    ResultSet resumed;
    try (Crc32Model model = new Crc32Model()) {
      resumed = new Evaluation(TASKS, settings(), dir, listener).run(model, tasks());
    }
    assertThat(known.get()).isBetween(4096L, (long) BEFORE_KILL);
    assertThat(resumed.answers()).extracting(AnswerRow::key).doesNotHaveDuplicates();
    Path unbroken = dir.resolve("unbroken");
    try (Crc32Model model = new Crc32Model()) {
      assertThat(
              new Evaluation(TASKS, settings(), unbroken, Evaluation.Listener.NONE)
                  .run(model, tasks())
                  .summary())
          .isEqualTo(resumed.summary());
    }
  }

  private static TaskSettings settings() {
    return TaskSettings.defaults().withLimit(LIMIT);
  }

  private static List<EvalTask> tasks() {
    return TASKS.select(List.of("arc_easy"));
  }

  /** Answers some requests, says so, and hangs. */
  static final class Endless extends Crc32Model {
    public static void main(String[] args) {
      new Evaluation(TASKS, settings(), Path.of(args[0]), Evaluation.Listener.NONE)
          .run(new Endless(), tasks());
    }

    @Override
    public void loglikelihood(List<EvalRequest.LogLikelihood> requests, AnswerSink sink) {
      super.loglikelihood(requests.subList(0, BEFORE_KILL), sink);
      System.out.println("answered " + BEFORE_KILL);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
