package dev.stlm.docs.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.FineTuningConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the guide, from examples to answers. */
class TuningTest {
  @TempDir private Path folder;

  @Test
  void reviewsAreSortedByATunedModel() throws IOException {
    List<String> rows =
        List.of(
            "{\"sentence\": \"a warm and funny film\", \"label\": 1}",
            "{\"sentence\": \"a dull and noisy film\", \"label\": 0}");
    tune("sentiment", rows, 120);
    try (Reviews reviews = new Reviews(folder.resolve("run"))) {
      assertThat(reviews.praise("a warm and funny film")).isGreaterThan(0.5);
      assertThat(reviews.praise("a dull and noisy film")).isLessThan(0.5);
    }
  }

  @Test
  void aTaskOfOnesOwnIsFoundByItsName() throws IOException {
    List<String> rows =
        List.of(
            "{\"one\": \"cat\", \"many\": \"cats\"}", "{\"one\": \"mouse\", \"many\": \"mice\"}");
    TrainingResult result = tune("plurals", rows, 2);
    assertThat(result.metrics()).hasSize(1);
    assertThat(result.metrics().getFirst().name()).isEqualTo("accuracy");
    assertThat(result.metrics().getFirst().count()).isEqualTo(2);
    assertThat(result.checkpoint().history().entries().getLast().details())
        .containsEntry("task", "plurals/1");
  }

  private TrainingResult tune(String task, List<String> rows, int steps) throws IOException {
    Path examples = Files.write(folder.resolve("rows.jsonl"), rows);
    TrainingConfig config =
        TrainingConfig.of(
                Budget.ofSteps(steps), new BatchConfig(2, 64, 1), OptimizerConfig.of(0.01))
            .withValidations(1)
            .withThreads(1)
            .with(FineTuningConfig.ofTask(task));
    return TrainingRun.of(
            InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1),
            examples,
            config)
        .validation(examples)
        .output(folder.resolve("run"))
        .device("cpu")
        .build()
        .run();
  }
}
