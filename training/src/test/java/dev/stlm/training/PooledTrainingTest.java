package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.internal.torch.SwitchModels;
import dev.stlm.training.internal.torch.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of models with patches and drafts. */
class PooledTrainingTest {
  @TempDir Path dir;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = InterruptedRun.text(dir);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pooled by MEAN", "patch scope by ATTENTION", "pooled with drafts", "drafts"})
  void aRunLearns(String name) {
    TrainingResult result = run(name, 60, 0.3).build().run();
    assertThat(result.validationBitsPerByte().orElseThrow()).isLessThan(4);
  }

  @Test
  void aRunThatWasStoppedAndResumedGivesTheBitsOfAnUnbrokenOne() {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    run("pooled with drafts", 20, 0.3).output(unbroken).build().run();
    TrainingRun.Builder run = run("pooled with drafts", 20, 0.3).output(broken);
    assertThat(InterruptedRun.stopped(run, 7).steps()).isEqualTo(7);
    assertThat(TrainingRun.resume(broken).build().run().steps()).isEqualTo(20);
    InterruptedRun.assertSameBits(broken, unbroken);
  }

  @Test
  void draftsAddToTheLossAndNotToTheBitsPerByte() {
    double[] without = firstStep(0);
    double[] with = firstStep(2);
    assertThat(with[0]).isEqualTo(without[0]);
    // at the start the drafts know as little as the next id: each costs about ln 260
    assertThat(with[1] - without[1]).isBetween(2 * 5.0, 2 * 6.5);
    assertThat(without[1]).isCloseTo(without[0] * Math.log(2), within(1e-4));
  }

  private double[] firstStep(double draftWeight) {
    List<double[]> seen = new ArrayList<>();
    run("pooled with drafts", 1, draftWeight)
        .listener(
            new TrainingListener() {
              @Override
              public void stepped(StepMetrics m) {
                seen.add(new double[] {m.trainBitsPerByte(), m.loss()});
              }
            })
        .build()
        .run();
    return seen.getFirst();
  }

  private TrainingRun.Builder run(String name, int steps, double draftWeight) {
    ModelConfig config = TestModels.of(SwitchModels.all(), name);
    Checkpoint start = InitialCheckpoint.random(config, new ByteTokenizer(), 1);
    TrainingConfig settings =
        TrainingConfig.of(
                Budget.ofSteps(steps), new BatchConfig(4, 32, 1), OptimizerConfig.of(0.02))
            .with(new ObjectiveConfig(draftWeight))
            .with(Precision.FLOAT32)
            .withSeed(5)
            .withValidations(1)
            .withThreads(1);
    return TrainingRun.of(start, text, settings).device("cpu");
  }

  private static org.assertj.core.data.Offset<Double> within(double d) {
    return org.assertj.core.data.Offset.offset(d);
  }
}
