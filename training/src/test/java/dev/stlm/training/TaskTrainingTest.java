package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.model.config.StrictJson;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.FineTuningConfig;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.finetune.LowRankAdapter;
import dev.stlm.training.metric.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on the examples of a task. */
class TaskTrainingTest {
  private static final List<String> PRAISE = List.of("lovely", "splendid", "warm", "brilliant");
  private static final List<String> BLAME = List.of("boring", "clumsy", "dull", "messy");
  private static final List<String> THINGS = List.of("soup", "film", "song", "walk", "book");

  @TempDir Path dir;
  private Path examples;
  private final Checkpoint start =
      InitialCheckpoint.random(Presets.named("tiny-pooled"), new ByteTokenizer(), 1);

  @BeforeEach
  void writeExamples() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String thing : THINGS) {
      for (int i = 0; i < PRAISE.size(); i++) {
        lines.add(row("a " + PRAISE.get(i) + " " + thing, 1));
        lines.add(row("a " + BLAME.get(i) + " " + thing, 0));
      }
    }
    examples = Files.write(dir.resolve("rows.jsonl"), lines);
  }

  @Test
  void aTaskIsLearnedMeasuredAndTheBestModelKeptByItsMetric() throws IOException {
    Path out = dir.resolve("run");
    List<Double> measured = new ArrayList<>();
    TrainingResult result =
        TrainingRun.of(start, examples, config(80).withValidations(5))
            .output(out)
            .device("cpu")
            .holdOut(0.2)
            .listener(
                new TrainingListener() {
                  @Override
                  public void measured(long step, List<Metric> metrics) {
                    measured.add(metrics.getFirst().value());
                  }
                })
            .build()
            .run();
    assertThat(measured).as("before the first step, then five times").hasSize(6);
    double best = measured.subList(1, 6).stream().mapToDouble(d -> d).max().orElseThrow();
    assertThat(best).isGreaterThanOrEqualTo(0.9);
    Metric after = result.metrics().getFirst();
    assertThat(after.name()).isEqualTo("accuracy");
    assertThat(after.value()).isEqualTo(best);
    assertThat(after.count()).isEqualTo(8);
    Map<String, String> details =
        CheckpointDirectory.open(out.resolve("best")).history().entries().getLast().details();
    assertThat(details).containsEntry("task", "sentiment/1").containsEntry("accuracy", after + "");
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(lines.getFirst()).startsWith("{\"step\":0,\"metrics\":{\"accuracy\":");
  }

  @ParameterizedTest(name = "adapters: {0}")
  @ValueSource(booleans = {false, true})
  void aResumedRunGivesTheBitsOfAnUnbrokenOne(boolean adapters) throws IOException {
    TrainingConfig config =
        adapters
            ? config(20).with(FineTuningConfig.ofTask("sentiment").with(LowRankConfig.of(2)))
            : config(20);
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    TrainingRun.of(start, examples, config).output(unbroken).device("cpu").build().run();
    TrainingRun.Builder run = TrainingRun.of(start, examples, config).output(broken).device("cpu");
    assertThat(InterruptedRun.stopped(run, 9).stopped()).isTrue();
    assertThat(TrainingRun.resume(broken).build().run().steps()).isEqualTo(20);
    InterruptedRun.assertSameBits(broken, unbroken);
    if (adapters) {
      assertThat(broken.resolve("adapter/adapter.json"))
          .hasSameTextualContentAs(unbroken.resolve("adapter/adapter.json"));
      Checkpoint best = CheckpointDirectory.open(unbroken.resolve("best"));
      assertThat(LowRankAdapter.read(broken.resolve("adapter")).mergeInto(start).byteSize())
          .isEqualTo(best.byteSize());
    }
  }

  private static TrainingConfig config(int steps) {
    return TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(8, 64, 1), OptimizerConfig.of(0.01))
        .withThreads(1)
        .with(FineTuningConfig.ofTask("sentiment"));
  }

  private static String row(String sentence, int label) {
    return StrictJson.line(Map.of("sentence", sentence, "label", label));
  }
}
