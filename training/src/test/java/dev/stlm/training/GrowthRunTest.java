package dev.stlm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.FineTuningConfig;
import dev.stlm.training.config.GrowthConfig;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.RampConfig;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.outer.OuterLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs whose model has half of its layers first. */
class GrowthRunTest {
  private static final int STEPS = 24;
  private static final GrowthConfig HALFWAY = new GrowthConfig(0.5);

  @TempDir Path dir;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = InterruptedRun.text(dir);
  }

  @ParameterizedTest
  @CsvSource({"tiny, 5", "tiny, 12", "tiny, 17", "tiny-pooled, 5", "tiny-pooled, 17"})
  void aRunThatWasStoppedAndResumedGivesTheBitsOfAnUnbrokenOne(String preset, int stopAt) {
    Path unbroken = dir.resolve("unbroken");
    Path broken = dir.resolve("broken");
    TrainingConfig config =
        config(STEPS).with(OptimizerConfig.muon(0.02)).with(new AveragingConfig(0.9)).with(HALFWAY);
    List<String> grown = new ArrayList<>();
    run(preset, config, unbroken).listener(new Recorder(grown)).build().run();
    assertThat(InterruptedRun.stopped(run(preset, config, broken), stopAt).steps())
        .isEqualTo(stopAt);
    assertThat(layers(broken.resolve("last"))).isEqualTo(stopAt > 12 ? 2 : 1);
    assertThat(TrainingRun.resume(broken).build().run().steps()).isEqualTo(STEPS);
    assertThat(grown).containsExactly("2 layers after step 12");
    InterruptedRun.assertSameBits(broken, unbroken);
    assertThat(CheckpointDirectory.open(unbroken.resolve("last")).config())
        .isEqualTo(Presets.named(preset));
  }

  @Test
  void theBestModelOfARunHasAllLayersEvenIfOneWithHalfWasBetter() throws IOException {
    Path out = dir.resolve("run");
    TrainingConfig config =
        config(STEPS).with(OptimizerConfig.of(0.02)).with(new GrowthConfig(0.9)).withValidations(4);
    run("tiny", config, out).build().run();
    assertThat(layers(out.resolve("best"))).isEqualTo(2);
    assertThat(Files.readString(out.resolve("metrics.jsonl")))
        .contains("{\"step\":22,\"grownTo\":2}");
    assertThat(CheckpointDirectory.open(out.resolve("best")).history().entries())
        .last()
        .satisfies(
            e -> assertThat(e.details().get("settings")).contains("\"growth\":{\"at\":0.9}"));
  }

  @Test
  void aModelGrowsEvenIfOneStepIsTheWholeRun() {
    Path out = dir.resolve("run");
    TrainingResult result = run("tiny", config(1).with(HALFWAY), out).build().run();
    assertThat(result.steps()).isEqualTo(1);
    assertThat(layers(out.resolve("last"))).isEqualTo(2);
    assertThat(layers(out.resolve("best"))).isEqualTo(2);
  }

  @Test
  void aStateThatDoesNotFitItsModelIsRefused() throws IOException {
    Path out = dir.resolve("run");
    InterruptedRun.stopped(run("tiny", config(STEPS).with(HALFWAY), out), 1);
    Path state = out.resolve("last/state/run.json");
    String text = Files.readString(state);
    assertThat(text).contains("\"growsTo\": 2");
    Files.writeString(state, text.replace("\"growsTo\": 2", "\"growsTo\": 3"));
    TrainingRun resumed = TrainingRun.resume(out).build();
    assertThatThrownBy(resumed::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("run.json: growsTo is 3 for a model of 1 layers")
        .hasMessageNotContaining("\n");
  }

  @Test
  void lengthsMayGrowInTheSameRun() {
    BatchConfig ramp = new BatchConfig(2, 32, 1).with(new RampConfig(4, 8, 0.75));
    TrainingConfig config =
        TrainingConfig.of(Budget.ofSteps(STEPS), ramp, OptimizerConfig.of(0.02))
            .withThreads(1)
            .with(HALFWAY);
    List<String> grown = new ArrayList<>();
    TrainingResult result =
        run("tiny-pooled", config, dir.resolve("run")).listener(new Recorder(grown)).build().run();
    assertThat(grown).containsExactly("2 layers after step 12");
    assertThat(result.trainBitsPerByte()).isFinite();
  }

  @Test
  void whatCanNotGrowIsRefusedBeforeAnythingIsWritten() {
    Path trained = dir.resolve("trained");
    TrainingConfig config = config(2).with(HALFWAY);
    run("tiny", config(2), trained).build().run();
    Checkpoint before = CheckpointDirectory.open(trained.resolve("last"));
    assertRefused(before, config, r -> r, "a new model, not one that was trained");
    Checkpoint one =
        InitialCheckpoint.random(Presets.named("tiny").withLayers(1), new ByteTokenizer(), 1);
    assertRefused(one, config, r -> r, "a model of at least 2 layers");
    assertRefused(start("tiny"), config, TrainingRun.Builder::keepZeros, "leave out that zeros");
    FineTuningConfig adapters =
        new FineTuningConfig(Optional.empty(), 500, Optional.of(new LowRankConfig(2, 4)));
    assertRefused(start("tiny"), config.with(adapters), r -> r, "leave the adapters out");
    OuterLoop alone =
        new OuterLoop() {
          @Override
          public int innerSteps() {
            return 1;
          }

          @Override
          public Map<String, Tensor> exchange(long round, Map<String, Tensor> weights) {
            return weights;
          }
        };
    assertRefused(start("tiny"), config, r -> r.outer(alone), "leave the outer loop out");
  }

  private void assertRefused(
      Checkpoint start,
      TrainingConfig config,
      UnaryOperator<TrainingRun.Builder> change,
      String why) {
    Path out = dir.resolve("refused");
    TrainingRun run =
        change.apply(TrainingRun.of(start, text, config).output(out).device("cpu")).build();
    assertThatThrownBy(run::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("training: growth of the model needs ")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
    assertThat(out).doesNotExist();
  }

  private record Recorder(List<String> grown) implements TrainingListener {
    @Override
    public void grown(long step, int layers) {
      grown.add(layers + " layers after step " + step);
    }
  }

  private TrainingRun.Builder run(String preset, TrainingConfig config, Path out) {
    return TrainingRun.of(start(preset), text, config).output(out).device("cpu");
  }

  private static int layers(Path checkpoint) {
    return CheckpointDirectory.open(checkpoint).config().layers();
  }

  private static Checkpoint start(String preset) {
    return InitialCheckpoint.random(Presets.named(preset), new ByteTokenizer(), 1);
  }

  private static TrainingConfig config(int steps) {
    return TrainingConfig.of(
            Budget.ofSteps(steps), new BatchConfig(2, 32, 1), OptimizerConfig.of(0.02))
        .withSeed(5)
        .withThreads(1);
  }
}
