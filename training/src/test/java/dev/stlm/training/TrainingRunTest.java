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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
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
    text = InterruptedRun.text(dir);
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
    assertThat(lines).hasSize(60 + 10 + 1).allMatch(l -> l.startsWith("{\"step\":"));
  }

  @Test
  void aRunThatWasStoppedAndResumedGivesTheBitsOfAnUnbrokenOne() throws IOException {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    TrainingRun.of(start, text, config(30)).output(unbroken).device("cpu").build().run();
    TrainingResult stopped = runAndStop(broken, 30, 13, b -> b);
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.steps()).isEqualTo(13);
    TrainingResult resumed = TrainingRun.resume(broken).build().run();
    assertThat(resumed.steps()).isEqualTo(30);
    InterruptedRun.assertSameBits(broken, unbroken);
    assertThat(CheckpointDirectory.open(broken.resolve("last")).history().entries())
        .hasSameSizeAs(CheckpointDirectory.open(unbroken.resolve("last")).history().entries());
    assertThat(steps(broken)).isEqualTo(steps(unbroken));
  }

  @Test
  void aRunWithATeacherIsResumedWithItAndNoOther() throws IOException {
    Path teacher = dir.resolve("teacher");
    CheckpointDirectory.write(
        InitialCheckpoint.random(Presets.named("tiny"), new ByteTokenizer(), 7), teacher);
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    run(unbroken, 12, b -> b.teacher(teacher, 2, 0.5));
    runAndStop(broken, 12, 5, b -> b.teacher(teacher, 2, 0.5));
    Path moved = dir.resolve("moved");
    Files.move(teacher, moved);
    assertThatThrownBy(() -> TrainingRun.resume(broken).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(teacher + ": no such checkpoint directory");
    assertThatThrownBy(
            () -> TrainingRun.resume(broken).teacher(unbroken.resolve("last")).build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not the teacher that the run began with")
        .hasMessageNotContaining("\n");
    TrainingRun.resume(broken).teacher(moved).build().run();
    assertThat(broken.resolve("last/model.safetensors"))
        .hasSameBinaryContentAs(unbroken.resolve("last/model.safetensors"));
  }

  @Test
  void aRunThatKeepsZerosIsResumedWithTheSameZeros() throws IOException {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    Checkpoint sparse = withZeros();
    TrainingRun.of(sparse, text, config(12))
        .output(unbroken)
        .device("cpu")
        .keepZeros()
        .build()
        .run();
    InterruptedRun.stopped(
        TrainingRun.of(sparse, text, config(12)).output(broken).device("cpu").keepZeros(), 5);
    TrainingRun.resume(broken).build().run();
    assertThat(broken.resolve("last/model.safetensors"))
        .hasSameBinaryContentAs(unbroken.resolve("last/model.safetensors"));
  }

  @Test
  void everySecondOfARunIsListedAndSamplesAreWritten() throws IOException {
    Path out = dir.resolve("run");
    List<String> samples = new ArrayList<>();
    TrainingResult result =
        TrainingRun.of(start, text, config(20).withValidations(2))
            .output(out)
            .device("cpu")
            .samples(30)
            .keepSteps(1)
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    assertThat(m.engineSeconds()).isPositive().isLessThanOrEqualTo(m.seconds());
                  }

                  @Override
                  public void sampled(long step, String prompt, String text) {
                    samples.add(step + prompt);
                    assertThat(text.length()).isBetween(1, 30);
                  }
                })
            .build()
            .run();
    RunTimes times = result.times();
    assertThat(times.engine()).isPositive();
    assertThat(times.setUp()).isPositive();
    assertThat(times.validation()).isPositive();
    assertThat(times.samples()).isPositive();
    assertThat(times.checkpoints()).isPositive();
    assertThat(samples).hasSize(2);
    assertThat(samples.getFirst()).startsWith("10").endsWith(" ");
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl")))
        .hasSize(20 + 2 + 2 + 1)
        .anyMatch(l -> l.contains("\"sample\":"))
        .last()
        .asString()
        .contains("\"ended\":{\"setUp\":");
    assertThat(out.resolve("steps/000000020/model.safetensors")).exists();
    try (var events = Files.list(out.resolve("tensorboard"))) {
      assertThat(events).hasSize(1);
    }
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
            () -> TrainingRun.of(broken, text, config(8)).output(other).device("cpu").build().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the loss is not a number at step 6")
        .hasMessageNotContaining("\n");
    assertThat(other.resolve("last")).doesNotExist();
    assertThat(Files.readAllBytes(out.resolve("last/model.safetensors"))).isEqualTo(before);
  }

  @Test
  void aTimeBudgetEndsInTimeWithTheScheduleFinished() {
    List<Double> rates = new ArrayList<>();
    TrainingConfig config =
        TrainingConfig.of(Budget.ofSeconds(4), new BatchConfig(2, 32, 1), OptimizerConfig.of(0.01))
            .withThreads(1);
    TrainingResult result =
        TrainingRun.of(start, text, config)
            .device("cpu")
            .samples(20)
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(StepMetrics m) {
                    rates.add(m.learningRate());
                  }
                })
            .build()
            .run();
    assertThat(result.stopped()).isFalse();
    assertThat(result.validationBitsPerByte()).isPresent();
    // set-up, validations and samples are part of it
    assertThat(result.times().total()).isBetween(3.0, 6.0);
    assertThat(rates.getLast()).isLessThan(0.01 * 0.2);
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
    String pruned = "layers.0.ffn.input";
    Checkpoint sparse = withZeros();
    float[] values = java.util.Objects.requireNonNull(sparse.tensors().get(pruned)).toFloats();
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

  private void run(Path out, int steps, UnaryOperator<TrainingRun.Builder> more) {
    more.apply(TrainingRun.of(start, text, config(steps)).output(out).device("cpu")).build().run();
  }

  private TrainingResult runAndStop(
      Path out, int steps, int at, UnaryOperator<TrainingRun.Builder> more) {
    return InterruptedRun.stopped(
        more.apply(TrainingRun.of(start, text, config(steps)).output(out).device("cpu")), at);
  }

  private Checkpoint withZeros() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(start.tensors());
    Tensor matrix = java.util.Objects.requireNonNull(tensors.get("layers.0.ffn.input"));
    float[] values = matrix.toFloats();
    for (int i = 0; i < values.length; i += 2) {
      values[i] = 0;
    }
    tensors.put("layers.0.ffn.input", Tensor.F32.of(matrix.rows(), matrix.columns(), values));
    return new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
  }

  private static TrainingConfig config(int steps) {
    return TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(4, 32, 1), OptimizerConfig.of(0.02))
        .withSeed(5)
        .withThreads(1);
  }

  private static List<String> steps(Path out) throws IOException {
    // everything but the time a step took, and where the run was stopped
    return Files.readAllLines(out.resolve("metrics.jsonl")).stream()
        .filter(l -> !l.contains("\"ended\""))
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
