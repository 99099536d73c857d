package dev.stlm.training.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWorkersTest {
  @TempDir Path dir;
  private final Checkpoint start =
      InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1);

  @Test
  void oneWorkerWithPlainAveragingGivesTheBitsOfARunWithoutAnOuterLoop() throws IOException {
    Path text = text("text.txt", "the cat sat on the mat and the dog sat on the log. ");
    Map<String, Tensor> alone = run(text, 20).build().run().checkpoint().tensors();
    LocalWorkers workers = new LocalWorkers(1, 5, start.tensors(), new WeightAverage());
    TrainingResult result = run(text, 20).outer(workers.worker(0)).build().run();
    assertSame(result.checkpoint().tensors(), alone);
    assertSame(workers.weights(), alone);
    assertThat(result.times().exchange()).isPositive();
  }

  @Test
  void twoWorkersOnPartsOfTheDataLearnBothAndEndWithTheSameWeights() throws Exception {
    List<Path> shards =
        List.of(
            text("a.txt", "the cat sat on the mat and the dog sat on the log. "),
            text("b.txt", "she sells sea shells by the sea shore and he does not. "));
    Path both = dir.resolve("both.txt");
    Files.writeString(both, Files.readString(shards.get(0)) + Files.readString(shards.get(1)));
    LocalWorkers workers = new LocalWorkers(2, 10, start.tensors(), new NesterovMomentum(0.7, 0.9));
    List<Future<TrainingResult>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 2; i++) {
        TrainingRun run = run(shards.get(i), 80).validation(both).outer(workers.worker(i)).build();
        results.add(
            threads.submit(() -> {
              try {
                return run.run();
              } catch (RuntimeException e) {
                workers.abort();
                throw e;
              }
            }));
      }
    }
    TrainingResult first = results.get(0).get();
    TrainingResult second = results.get(1).get();
    assertSame(first.checkpoint().tensors(), second.checkpoint().tensors());
    assertThat(first.validationBitsPerByte().orElseThrow()).isLessThan(3);
  }

  @Test
  void aWorkerThatEndsEarlyDoesNotLeaveTheOthersWaiting() throws Exception {
    LocalWorkers workers = new LocalWorkers(2, 1, start.tensors(), new WeightAverage());
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> waiting = thread.submit(() -> workers.worker(0).exchange(1, start.tensors()));
      while (!waiting.isDone()) {
        workers.abort(); // until the other waits
        Thread.onSpinWait();
      }
      assertThatThrownBy(waiting::get)
          .hasRootCauseInstanceOf(java.util.concurrent.BrokenBarrierException.class);
    }
  }

  private TrainingRun.Builder run(Path text, int steps) {
    TrainingConfig config =
        TrainingConfig.of(
                Budget.ofSteps(steps), new BatchConfig(4, 32, 1), OptimizerConfig.of(0.02))
            .withValidations(1)
            .withThreads(1);
    return TrainingRun.of(start, text, config).device("cpu");
  }

  private Path text(String name, String sentence) throws IOException {
    return Files.writeString(dir.resolve(name), sentence.repeat(200));
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    expected.forEach((name, t) ->
        assertThat(Objects.requireNonNull(actual.get(name)).toFloats()).isEqualTo(t.toFloats()));
  }
}
