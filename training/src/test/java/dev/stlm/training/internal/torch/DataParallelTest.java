package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.Presets;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.internal.torch.Learner.StepResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares of a batch on threads of their own. */
class DataParallelTest {
  private int before;

  @BeforeEach
  void rememberThreads() {
    before = TorchDevice.threads();
  }

  @AfterEach
  void restoreThreads() {
    TorchDevice.useThreads(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-pooled"})
  void sharesAreTheMicroBatchesThatOneThreadTakesOneAfterTheOther(String preset) {
    Checkpoint start = TestModels.random(Presets.named(preset), 1);
    Batch batch = TestModels.batch(1, 4, 16, 5);
    Learned together = learn(start, ObjectiveConfig.DEFAULT, 2, batch, Optional.empty());
    Learned alone = learn(start, ObjectiveConfig.DEFAULT, 1, batch.cut(2), Optional.empty());
    assertThat(together.threads()).isGreaterThanOrEqualTo(2);
    assertSame(together, alone);
  }

  @Test
  void maskedSequencesAreSharedWithTheOthers() {
    Checkpoint start = TestModels.random(TestModels.grouped(), 1);
    ObjectiveConfig objective = ObjectiveConfig.DEFAULT.with(new MaskingConfig(0.25, 0.2, 2));
    Batch batch = TestModels.batch(1, 6, 16, 5);
    Batch masked = TestModels.batch(1, 2, 16, 6);
    Learned together = learn(start, objective, 2, batch, Optional.of(masked));
    Learned alone = learn(start, objective, 1, batch.cut(2), Optional.of(masked.cut(2)));
    assertThat(together.threads()).isGreaterThanOrEqualTo(2);
    assertSame(together, alone);
  }

  @Test
  void aBatchIsCutIntoSharesOfEqualSize() {
    TorchDevice.useThreads(4);
    try (DataParallel parallel = DataParallel.on(Device.cpu(), false)) {
      assertThat(parallel.shares(TestModels.batch(1, 8, 4, 1), Optional.empty())).isEqualTo(4);
      assertThat(parallel.shares(TestModels.batch(1, 6, 4, 1), Optional.empty())).isEqualTo(3);
      assertThat(parallel.shares(TestModels.batch(1, 7, 4, 1), Optional.empty())).isEqualTo(1);
      assertThat(
              parallel.shares(
                  TestModels.batch(1, 8, 4, 1), Optional.of(TestModels.batch(1, 2, 4, 1))))
          .isEqualTo(2);
    }
  }

  @Test
  void dropoutAndGpusHaveOneShare() {
    TorchDevice.useThreads(4);
    Batch batch = TestModels.batch(1, 8, 4, 1);
    try (DataParallel dropout = DataParallel.on(Device.cpu(), true);
        DataParallel gpu = DataParallel.on(Device.gpu(), false)) {
      assertThat(dropout.shares(batch, Optional.empty())).isEqualTo(1);
      assertThat(gpu.shares(batch, Optional.empty())).isEqualTo(1);
    }
  }

  @Test
  void threadsOfOperationsAreDividedAmongTheSharesAndKeptByTheCaller() {
    TorchDevice.useThreads(4);
    try (DataParallel parallel = DataParallel.on(Device.cpu(), false)) {
      assertThat(parallel.each(4, _ -> TorchProgram.threads())).containsOnly(1).hasSize(4);
      assertThat(parallel.each(2, _ -> TorchProgram.threads())).containsOnly(2).hasSize(2);
      assertThat(TorchDevice.threads()).isEqualTo(4);
      AtomicInteger ofAnother = new AtomicInteger();
      Thread other = new Thread(() -> ofAnother.set(TorchDevice.threads()));
      other.start();
      other.join();
      assertThat(ofAnother).hasValue(4);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatGoesWrongInAShareIsToldWhenAllHaveEnded() {
    TorchDevice.useThreads(2);
    AtomicInteger ended = new AtomicInteger();
    try (DataParallel parallel = DataParallel.on(Device.cpu(), false)) {
      assertThatThrownBy(() ->
              parallel.each(
                  2,
                  i -> {
                    if (i == 0) {
                      throw new IllegalStateException("share 0");
                    }
                    return ended.incrementAndGet();
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("share 0");
      assertThat(ended).hasValue(1);
      assertThat(parallel.each(2, i -> i)).containsExactly(0, 1);
    }
  }

  @Test
  void aStepWithDropoutFollowsFromItsSeed() {
    Checkpoint start = TestModels.random(TestModels.bare(), 1);
    ObjectiveConfig objective =
        ObjectiveConfig.DEFAULT.with(new DropoutConfig(DropoutConfig.Shape.CONSTANT, 0.5));
    Batch batch = TestModels.batch(1, 4, 16, 5);
    Learned one = learn(start, objective, 2, batch, Optional.empty());
    Learned two = learn(start, objective, 2, batch, Optional.empty());
    assertSame(one, two);
  }

  /**
   * What a learner was after two steps.
   *
   * @param threads for shares that there were then
   */
  private record Learned(List<StepResult> results, List<float[]> weights, int threads) {}

  private static Learned learn(
      Checkpoint start,
      ObjectiveConfig objective,
      int threads,
      Batch batch,
      Optional<Batch> masked) {
    TorchDevice.useThreads(threads);
    Noise noise = new Noise(objective.dropout().isPresent() ? 0.5 : 0, 3);
    try (Learner learner =
        new Learner(
            TestDevice.open(), start, LearnerSettings.of(OptimizerConfig.muon(1e-2), objective))) {
      List<StepResult> results =
          List.of(step(learner, batch, masked, noise, 1), step(learner, batch, masked, noise, 2));
      List<float[]> weights = learner.weights().values().stream().map(t -> t.toFloats()).toList();
      return new Learned(results, weights, threadsForShares());
    }
  }

  private static StepResult step(
      Learner learner, Batch batch, Optional<Batch> masked, Noise noise, long step) {
    try (Learner.Prepared prepared = learner.prepare(batch, masked)) {
      return learner.step(prepared, 1e-2, step, noise);
    }
  }

  private static int threadsForShares() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("stlm-share-"))
            .count();
  }

  private static void assertSame(Learned one, Learned two) {
    for (int i = 0; i < one.results().size(); i++) {
      assertThat(one.results().get(i).loss())
          .isCloseTo(two.results().get(i).loss(), Offset.offset(1e-6));
      assertThat(one.results().get(i).gradientNorm())
          .isCloseTo(two.results().get(i).gradientNorm(), Offset.offset(1e-5));
    }
    for (int i = 0; i < one.weights().size(); i++) {
      assertThat(one.weights().get(i))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(two.weights().get(i));
    }
  }
}
