package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.RampConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs whose objective, dropout and step size are not the usual ones. */
class ObjectiveRunTest {
  private static final int STEPS = 24;

  @TempDir Path dir;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = InterruptedRun.text(dir);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-pooled"})
  void aRunThatWasStoppedAndResumedGivesTheBitsOfAnUnbrokenOne(String preset) {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    TrainingConfig config = config(preset);
    TrainingRun.of(start(preset), text, config).output(unbroken).device("cpu").build().run();
    TrainingRun.Builder run =
        TrainingRun.of(start(preset), text, config).output(broken).device("cpu");
    assertThat(InterruptedRun.stopped(run, 9).steps()).isEqualTo(9);
    assertThat(TrainingRun.resume(broken).build().run().steps()).isEqualTo(STEPS);
    InterruptedRun.assertSameBits(broken, unbroken);
  }

  @Test
  void aRampReadsShortSequencesFirstAndSaysHowMuch() {
    List<Long> bytes = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    BatchConfig batch = new BatchConfig(2, 32, 1).with(new RampConfig(1, 8, 0.5));
    TrainingRun.of(
            start("tiny"),
            text,
            TrainingConfig.of(Budget.ofSteps(8), batch, OptimizerConfig.of(0.01)).withThreads(1))
        .device("cpu")
        .listener(
            new TrainingListener() {
              @Override
              public void stepped(StepMetrics m) {
                bytes.add(m.bytes());
                rates.add(m.trainBitsPerByte());
              }
            })
        .build()
        .run();
    assertThat(bytes).containsExactly(8L, 16L, 32L, 48L, 128L, 192L, 256L, 320L);
    assertThat(rates).allMatch(Double::isFinite);
  }

  @Test
  void whatAModelOrBatchCanNotDoIsRefusedBeforeAnythingIsWritten() {
    Path out = dir.resolve("run");
    ObjectiveConfig masked = ObjectiveConfig.DEFAULT.with(new MaskingConfig(0.5, 0.2, 3));
    BatchConfig one = new BatchConfig(1, 32, 1);
    BatchConfig two = new BatchConfig(2, 32, 1);
    assertRefused("tiny", one, masked, out, "a --batch of at least 2 sequences");
    assertRefused("tiny-pooled", two, masked, out, "need a flat model");
    assertRefused("tiny", two, ObjectiveConfig.DEFAULT.withNextPatch(1), out, "a pooled model");
    assertThat(out).doesNotExist();
  }

  private void assertRefused(
      String preset, BatchConfig batch, ObjectiveConfig objective, Path out, String why) {
    TrainingConfig config =
        TrainingConfig.of(Budget.ofSteps(2), batch, OptimizerConfig.of(0.01)).with(objective);
    TrainingRun run = TrainingRun.of(start(preset), text, config).output(out).device("cpu").build();
    assertThatThrownBy(run::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private static Checkpoint start(String preset) {
    return InitialCheckpoint.random(Presets.named(preset), new ByteTokenizer(), 1);
  }

  private static TrainingConfig config(String preset) {
    ObjectiveConfig dropout =
        ObjectiveConfig.DEFAULT.with(new DropoutConfig(DropoutConfig.Shape.TRIANGLE, 0.2));
    ObjectiveConfig objective =
        preset.equals("tiny")
            ? dropout.with(new MaskingConfig(0.5, 0.2, 3))
            : dropout.withNextPatch(0.3);
    // the run stops where lengths have changed and positions do not fit the new length
    BatchConfig batch = new BatchConfig(2, 32, 2).with(new RampConfig(4, 8, 0.7));
    return TrainingConfig.of(Budget.ofSteps(STEPS), batch, OptimizerConfig.of(0.02))
        .with(objective)
        .withRecompute(true)
        .withSeed(5)
        .withThreads(1);
  }
}
