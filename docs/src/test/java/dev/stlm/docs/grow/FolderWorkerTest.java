package dev.stlm.docs.grow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.docs.guide.DemoText;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWorkerTest {
  @TempDir Path dir;
  private final Checkpoint start =
      InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1);

  @Test
  void twoWorkersThatMeetInAFolderEndWithTheSameWeightsAndSoDoesOneThatComesAgain()
      throws Exception {
    byte[] text = DemoText.train(20_000);
    List<Path> shards =
        List.of(
            Files.write(dir.resolve("a.txt"), Arrays.copyOf(text, 10_000)),
            Files.write(dir.resolve("b.txt"), Arrays.copyOfRange(text, 10_000, 20_000)));
    List<Future<Map<String, Tensor>>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 2; i++) {
        int worker = i;
        results.add(threads.submit(() -> train(shards.get(worker), worker)));
      }
    }
    Map<String, Tensor> first = results.get(0).get();
    assertSame(results.get(1).get(), first);
    // all rounds are over: nobody else is needed
    assertSame(train(shards.get(0), 0), first);
  }

  private Map<String, Tensor> train(Path shard, int worker) {
    // @start region="train"
    TrainingConfig settings =
        TrainingConfig.of(Budget.ofSteps(6), new BatchConfig(2, 32, 1), OptimizerConfig.of(3e-3));
    return TrainingRun.of(start, shard, settings)
        .outer(new FolderWorker(dir.resolve("meet"), worker, 2, 3, start))
        .build()
        .run()
        .checkpoint()
        .tensors();
    // @end
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    expected.forEach((name, t) ->
        assertThat(Objects.requireNonNull(actual.get(name)).toFloats()).isEqualTo(t.toFloats()));
  }
}
