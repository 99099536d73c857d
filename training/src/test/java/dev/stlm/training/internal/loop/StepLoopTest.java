package dev.stlm.training.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.InitialCheckpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.training.RunTimes;
import dev.stlm.training.TrainingListener;
import dev.stlm.training.TrainingResult;
import dev.stlm.training.TrainingRun;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.BatchConfig;
import dev.stlm.training.config.Budget;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.config.TrainingConfig;
import dev.stlm.training.data.TrainingText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loop does when weights go wrong under it. */
class StepLoopTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(Budget.ofSteps(60), new BatchConfig(2, 32, 1), OptimizerConfig.of(0.02))
          .withValidations(3)
          .withThreads(1)
          .with(Precision.FLOAT32);

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
  void aRunWhoseWeightsArePoisonedGoesBackLearnsSlowerAndEndsWell() {
    List<String> said = new ArrayList<>();
    Map<Long, Double> rates = new TreeMap<>();
    TrainingResult result =
        run(
            CONFIG,
            Optional.empty(),
            60,
            new TrainingListener() {
              @Override
              public void rolledBack(long step, long to, double rateFactor) {
                said.add(step + " to " + to + ", " + rateFactor);
              }

              @Override
              public void stepped(StepMetrics m) {
                rates.put(m.step(), m.learningRate());
              }
            });
    // remembered at step 40 with the checkpoint of the second validation
    assertThat(said).containsExactly("45 to 40, 0.5");
    assertThat(rates).hasSize(59).doesNotContainKey(45L);
    assertThat(Objects.requireNonNull(rates.get(46L)))
        .isLessThan(0.55 * Objects.requireNonNull(rates.get(44L)));
    assertThat(result.steps()).isEqualTo(60);
    assertThat(result.stopped()).isFalse();
    assertThat(result.validationBitsPerByte().orElseThrow()).isLessThan(4);
    result
        .checkpoint()
        .tensors()
        .values()
        .forEach(t -> {
          for (float f : t.toFloats()) {
            assertThat(Float.isFinite(f)).isTrue();
          }
        });
  }

  @Test
  void aRunThatWentBackAndWasStoppedGivesTheBitsOfOneThatWasNot() throws IOException {
    TrainingConfig config = CONFIG.with(OptimizerConfig.muon(0.02)).with(new AveragingConfig(0.9));
    List<Long> back = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void rolledBack(long step, long to, double rateFactor) {
            back.add(step);
          }
        };
    run(config, Optional.of(dir.resolve("unbroken")), 60, listener);
    run(config, Optional.of(dir.resolve("broken")), 50, listener);
    assertThat(back).containsExactly(45L, 45L);
    TrainingRun.resume(dir.resolve("broken")).build().run();
    for (String file : List.of("last/model.safetensors", "last/state/optimizer.safetensors")) {
      assertThat(dir.resolve("broken").resolve(file))
          .hasSameBinaryContentAs(dir.resolve("unbroken").resolve(file));
    }
  }

  /** Runs to a step; after step 44 a gain is not a number. */
  private TrainingResult run(
      TrainingConfig config, Optional<Path> output, int stopAt, TrainingListener listener) {
    RunSetup setup =
        new RunSetup(
            start,
            Optional.empty(),
            TrainingText.of(text),
            Optional.empty(),
            0.01,
            config,
            "cpu",
            Optional.empty(),
            Optional.empty(),
            false,
            output.map(RunDirectory::new),
            0,
            0,
            Optional.empty(),
            List.of());
    TrainingTexts texts =
        TrainingTexts.open(TrainingText.of(text), Optional.empty(), 0.01, start, config);
    RunProgress progress =
        new RunProgress(
            new RunClock(System::nanoTime, RunTimes.NONE),
            new Guard(Guard.State.CALM),
            0,
            0,
            Optional.empty());
    try (RunModel model = RunModel.open(setup)) {
      TrainingListener poison =
          new TrainingListener() {
            @Override
            public void stepped(StepMetrics m) {
              if (m.step() == 44) {
                Map<String, Tensor> weights = new LinkedHashMap<>(model.learner().parameters());
                float[] gains = Objects.requireNonNull(weights.get("norm")).toFloats();
                gains[3] = Float.NaN;
                weights.put("norm", Tensor.F32.of(1, gains.length, gains));
                model.learner().setParameters(weights);
              }
            }
          };
      return new StepLoop(setup, texts, model, progress, List.of(listener, poison))
          .run(() -> progress.step() >= stopAt);
    }
  }
}
