package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.compression.Trainer;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  @TempDir Path dir;
  private Path text;
  private final Checkpoint start =
      InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 1);

  @BeforeEach
  void writeText() throws IOException {
    text = dir.resolve("text.txt");
    Files.writeString(text, "the cat sat on the mat and the dog sat on the log. ".repeat(200));
  }

  @Test
  void aRunLearnsAndLeavesCheckpointsMetricsAndHistory() throws IOException {
    Path out = dir.resolve("run");
    List<Double> losses = new ArrayList<>();
    TrainingResult result =
        TrainingRun.of(start, text, config(60))
            .output(out)
            .device("cpu")
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    losses.add(m.trainBitsPerByte());
                    assertThat(m.bytes()).isEqualTo(m.step() * 4 * 32);
                  }
                })
            .build()
            .run();
    assertThat(result.stopped()).isFalse();
    assertThat(result.steps()).isEqualTo(60);
    assertThat(losses).hasSize(60);
    assertThat(losses.getFirst()).isGreaterThan(6);
    assertThat(result.validationBitsPerByte().orElseThrow()).isLessThan(3);
    assertWeights(CheckpointDirectory.open(out.resolve("last")), result.checkpoint());
    Checkpoint best = CheckpointDirectory.open(out.resolve("best"));
    assertThat(best.history().entries().getLast().step()).isEqualTo("train/1");
    assertThat(best.history().entries().getLast().details())
        .containsKeys("steps", "seed", "textSha256", "settings", "validationBitsPerByte");
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(lines).hasSize(60 + 10).allMatch(l -> l.startsWith("{\"step\":"));
  }

  @Test
  void aRunThatWasStoppedAndResumedGivesTheBitsOfAnUnbrokenOne() throws IOException {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    TrainingRun.of(start, text, config(30)).output(unbroken).device("cpu").build().run();
    TrainingRun[] run = new TrainingRun[1];
    run[0] =
        TrainingRun.of(start, text, config(30))
            .output(broken)
            .device("cpu")
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    if (m.step() == 13) {
                      run[0].stop();
                    }
                  }
                })
            .build();
    TrainingResult stopped = run[0].run();
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.steps()).isEqualTo(13);
    TrainingResult resumed = TrainingRun.resume(broken).build().run();
    assertThat(resumed.steps()).isEqualTo(30);
    for (String file : List.of("last/model.safetensors", "last/state/optimizer.safetensors")) {
      assertThat(broken.resolve(file)).hasSameBinaryContentAs(unbroken.resolve(file));
    }
    assertThat(CheckpointDirectory.open(broken.resolve("last")).history().entries())
        .hasSameSizeAs(CheckpointDirectory.open(unbroken.resolve("last")).history().entries());
    assertThat(steps(broken)).isEqualTo(steps(unbroken));
  }

  @Test
  void aTextThatHasChangedIsRefusedOnResume() throws IOException {
    Path out = dir.resolve("run");
    TrainingRun.of(start, text, config(3)).output(out).device("cpu").build().run();
    Files.writeString(text, "more", java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> TrainingRun.resume(out).build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not the text that the run began with")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aDirectoryWithARunIsNotOverwritten() {
    Path out = dir.resolve("run");
    TrainingRun.of(start, text, config(2)).output(out).device("cpu").build().run();
    assertThatThrownBy(
            () -> TrainingRun.of(start, text, config(2)).output(out).device("cpu").build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--resume");
  }

  @Test
  void aDirectoryWithoutARunCanNotBeResumed() {
    assertThatThrownBy(() -> TrainingRun.resume(dir))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no training run to resume");
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastCheckpoint() throws IOException {
    Path out = dir.resolve("run");
    TrainingRun.of(start, text, config(4)).output(out).device("cpu").build().run();
    byte[] before = Files.readAllBytes(out.resolve("last/model.safetensors"));
    // the saved weights go wrong on disk: a gain of infinity
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(CheckpointDirectory.open(out.resolve("last")).tensors());
    float[] gains = new float[16];
    java.util.Arrays.fill(gains, 3e38f);
    tensors.put("norm", Tensor.F32.of(1, 16, gains));
    Checkpoint broken = new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
    Path other = dir.resolve("other");
    assertThatThrownBy(
            () -> TrainingRun.of(broken, text, config(4)).output(other).device("cpu").build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the loss is not a number at step 1")
        .hasMessageNotContaining("\n");
    assertThat(other.resolve("last")).doesNotExist();
    assertThat(Files.readAllBytes(out.resolve("last/model.safetensors"))).isEqualTo(before);
  }

  @Test
  void aTimeBudgetEndsWithTheScheduleFinished() {
    List<Double> rates = new ArrayList<>();
    TrainingConfig config =
        TrainingConfig.of(
            Budget.ofSeconds(1.5), new BatchConfig(2, 32, 1), OptimizerConfig.of(0.01));
    long before = System.nanoTime();
    TrainingRun.of(start, text, config)
        .device("cpu")
        .listener(
            new TrainingListener() {
              @Override
              public void stepped(StepMetrics m) {
                rates.add(m.learningRate());
              }
            })
        .build()
        .run();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(20));
    assertThat(rates.getLast()).isLessThan(rates.stream().mapToDouble(d -> d).max().orElseThrow());
  }

  @Test
  void aTextTooShortForASequenceIsRefused() throws IOException {
    Files.writeString(text, "short");
    assertThatThrownBy(() -> TrainingRun.of(start, text, config(2)).device("cpu").build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("too short");
  }

  @Test
  void aDeviceThatIsNotThereIsRefusedInOneLine() {
    assertThatThrownBy(() -> TrainingRun.of(start, text, config(2)).device("tpu").build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("allowed: auto, cpu, gpu");
  }

  @Test
  void theTrainerOfCompressionDistilsAndKeepsZeros() {
    Trainer trainer = ServiceLoader.load(Trainer.class).findFirst().orElseThrow();
    Map<String, Tensor> tensors = new LinkedHashMap<>(start.tensors());
    String pruned = "layers.0.ffn.input";
    Tensor matrix = java.util.Objects.requireNonNull(tensors.get(pruned));
    float[] values = matrix.toFloats();
    for (int i = 0; i < values.length; i += 2) {
      values[i] = 0;
    }
    tensors.put(pruned, Tensor.F32.of(matrix.rows(), matrix.columns(), values));
    Checkpoint sparse = new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
    Checkpoint trained =
        trainer.train(
            new Trainer.Request(
                sparse,
                text,
                5,
                Optional.empty(),
                2,
                32,
                0.01,
                3,
                Optional.of(new Trainer.Distillation(start, 2, 0.5)),
                true));
    float[] after = java.util.Objects.requireNonNull(trained.tensors().get(pruned)).toFloats();
    assertThat(after).isNotEqualTo(values);
    for (int i = 0; i < after.length; i += 2) {
      assertThat(after[i]).isZero();
    }
  }

  private static TrainingConfig config(int steps) {
    return TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(4, 32, 1), OptimizerConfig.of(0.02))
        .withSeed(5)
        .withThreads(1);
  }

  private static List<String> steps(Path out) throws IOException {
    // everything but the time a step took
    return Files.readAllLines(out.resolve("metrics.jsonl")).stream()
        .map(l -> l.replaceAll(",\"seconds\":[^}]*", ""))
        .toList();
  }

  private static void assertWeights(Checkpoint actual, Checkpoint expected) {
    expected
        .tensors()
        .forEach((name, t) ->
            assertThat(java.util.Objects.requireNonNull(actual.tensors().get(name)).toFloats())
                .isEqualTo(t.toFloats()));
  }
}
