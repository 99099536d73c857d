package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PatchTracker;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.model.config.Pooling;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.internal.torch.Learner.StepResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the parts of the objective are, against plain formulas. */
class ObjectiveLossTest {
  private static final int LENGTH = 16;
  private static final double WEIGHT = 0.7;

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  /**
   * Without local layers the residual stream is what the patches give and the embedding of a byte;
   * where that of the last byte of a patch is zero, its logits are those of the next patch.
   */
  @Test
  void bytesOfTheNextPatchArePredictedFromTheEndOfThePatchBefore() {
    PooledConfig config = bare((PooledConfig) TestModels.of(SwitchModels.all(), "no local layers"));
    Checkpoint random = TestModels.random(config, 6);
    Map<String, Tensor> tensors = new LinkedHashMap<>(random.tensors());
    float[] embed = TestModels.of(tensors, "embed").toFloats();
    Arrays.fill(embed, ' ' * config.width(), (' ' + 1) * config.width(), 0);
    tensors.put("embed", Tensor.F32.of(config.vocabularySize(), config.width(), embed));
    Checkpoint checkpoint = new Checkpoint(config, random.tokenizer(), tensors, random.history());
    int[] text = "ab cde f ghij kl".chars().toArray();
    int[] next = "b cde f ghij klm".chars().toArray();
    next[11] = Batch.IGNORED;
    Batch batch = new Batch(1, 1, LENGTH, text, next);
    try (NDManager manager = TestDevice.open()) {
      TorchModel usual = new TorchModel(manager, checkpoint, DataType.FLOAT64);
      TorchModel model =
          new TorchModel(
              manager,
              checkpoint,
              DataType.FLOAT64,
              LearnerSettings.of(ObjectiveConfig.DEFAULT.withNextPatch(WEIGHT)));
      double[] logits = usual.logits(manager, text, 1, LENGTH).toDoubleArray();
      PatchTracker tracker = new PatchTracker(config.patcher().create());
      double sum = 0;
      int count = 0;
      int end = -1;
      for (int t = 0; t < LENGTH; t++) {
        if (tracker.accept(text[t])) {
          assertThat(text[t]).isEqualTo(' ');
          end = t;
        }
        if (end >= 0 && next[t] >= 0) {
          double[] row =
              Arrays.copyOfRange(
                  logits, end * config.vocabularySize(), (end + 1) * config.vocabularySize());
          sum += Math.log(Arrays.stream(row).map(Math::exp).sum()) - row[next[t]];
          count++;
        }
      }
      assertThat(count).isBetween(8, LENGTH - 3);
      double without = usual.objective(manager, "causal", batch);
      assertThat(model.objective(manager, "causal", batch) - without)
          .isCloseTo(WEIGHT * sum / count, Offset.offset(1e-9));
    }
  }

  private static PooledConfig bare(PooledConfig c) {
    return new PooledConfig(
        c.vocabularySize(),
        c.contextLength(),
        c.width(),
        c.patcher(),
        c.encoder(),
        Pooling.MEAN,
        c.global(),
        c.decoder(),
        c.normEpsilon(),
        c.tiedHead(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aMaskedIdIsPredictedFromBothSides() {
    ModelConfig config = TestModels.grouped();
    Batch batch = TestModels.batch(1, 1, LENGTH, 4);
    int[] one = new int[LENGTH];
    Arrays.fill(one, Batch.IGNORED);
    one[6] = 3;
    ObjectiveConfig objective = ObjectiveConfig.DEFAULT.with(new MaskingConfig(0.5, 0.2, 2));
    try (NDManager manager = TestDevice.open()) {
      TorchModel model =
          new TorchModel(
              manager,
              TestModels.random(config, 6),
              DataType.FLOAT64,
              LearnerSettings.of(objective));
      for (int changed : new int[] {2, 12}) {
        int[] other = batch.inputs().clone();
        other[changed] = 11 - other[changed];
        double before =
            model.objective(manager, "masked", new Batch(1, 1, LENGTH, batch.inputs(), one));
        double after = model.objective(manager, "masked", new Batch(1, 1, LENGTH, other, one));
        assertThat(after).as("id %d", changed).isNotCloseTo(before, Offset.offset(1e-9));
        double causalBefore =
            model.objective(manager, "causal", new Batch(1, 1, LENGTH, batch.inputs(), one));
        double causal = model.objective(manager, "causal", new Batch(1, 1, LENGTH, other, one));
        assertThat(causal == causalBefore).as("id %d", changed).isEqualTo(changed > 6);
      }
    }
  }

  @Test
  void sequencesCountTheSameInTheLossMaskedOrNot() {
    Checkpoint start = TestModels.random(TestModels.grouped(), 1);
    Batch causal = TestModels.batch(2, 3, LENGTH, 4);
    Batch other = TestModels.batch(2, 1, LENGTH, 5);
    int[] some = other.targets().clone();
    for (int i = 0; i < some.length; i += 3) {
      some[i] = Batch.IGNORED;
    }
    Batch masked = new Batch(2, 1, LENGTH, other.inputs(), some);
    ObjectiveConfig objective = ObjectiveConfig.DEFAULT.with(new MaskingConfig(0.25, 0.2, 2));
    try (NDManager manager = TestDevice.open();
        Learner learner =
            new Learner(
                TestDevice.open(),
                start,
                LearnerSettings.of(OptimizerConfig.of(1e-2), objective))) {
      TorchModel model =
          new TorchModel(manager, start, DataType.FLOAT32, LearnerSettings.of(objective));
      double ofMasked =
          model.objective(
              manager, "masked", new Batch(1, 2, LENGTH, masked.inputs(), masked.targets()));
      Learner.Prepared prepared = learner.prepare(causal, Optional.of(masked));
      StepResult result = learner.step(prepared, 1e-2, 1);
      assertThat(result.loss())
          .isCloseTo(0.75 * result.crossEntropy() + 0.25 * ofMasked, Offset.offset(1e-5));
    }
  }

  @Test
  void whatFallsOutFollowsFromSeedAndStep() {
    Checkpoint start = TestModels.random(TestModels.bare(), 1);
    Batch batch = TestModels.batch(1, 2, LENGTH, 4);
    ObjectiveConfig objective =
        ObjectiveConfig.DEFAULT.with(new DropoutConfig(DropoutConfig.Shape.CONSTANT, 0.5));
    try (NDManager manager = TestDevice.open()) {
      TorchModel model =
          new TorchModel(manager, start, DataType.FLOAT64, LearnerSettings.of(objective));
      double without =
          new TorchModel(manager, start, DataType.FLOAT64).objective(manager, "causal", batch);
      assertThat(model.objective(manager, "causal", batch, 0, 7)).isEqualTo(without);
      double first = model.objective(manager, "causal", batch, 0.5, 7);
      assertThat(first).isNotEqualTo(without);
      assertThat(model.objective(manager, "causal", batch, 0.5, 7)).isEqualTo(first);
      assertThat(model.objective(manager, "causal", batch, 0.5, 8)).isNotEqualTo(first);
    }
    assertThat(new Noise(0.1, 5).settings(1, 3, 0, 2))
        .isEqualTo(new Noise(0.1, 5).settings(1, 3, 0, 2));
    assertThat(new Noise(0.1, 5).settings(1, 3, 0, 2)[4])
        .isNotEqualTo(new Noise(0.1, 5).settings(1, 4, 0, 2)[4])
        .isNotEqualTo(new Noise(0.1, 5).settings(1, 3, 0, 2)[5]);
  }

  @Test
  void modelsThatCanNotHaveAnObjectiveAreRefused() {
    Checkpoint pooled = TestModels.random(Presets.named("tiny-pooled"), 1);
    Checkpoint flat = TestModels.random(Presets.named("tiny"), 1);
    ObjectiveConfig masked = ObjectiveConfig.DEFAULT.with(new MaskingConfig(0.5, 0.2, 2));
    ObjectiveConfig nextPatch = ObjectiveConfig.DEFAULT.withNextPatch(1);
    assertRefused(pooled, masked, "masked sequences need a flat model");
    assertRefused(flat, nextPatch, "only a pooled model with an autoregressive decoder");
  }

  private static void assertRefused(Checkpoint model, ObjectiveConfig objective, String why) {
    try (NDManager manager = TestDevice.open()) {
      assertThatThrownBy(
              () -> new TorchModel(manager, model, DataType.FLOAT32, LearnerSettings.of(objective)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(why)
          .hasMessageNotContaining("\n");
    }
  }
}
