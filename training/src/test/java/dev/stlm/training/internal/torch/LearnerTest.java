package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.training.config.AveragingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.internal.torch.Learner.StepResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearnerTest {
  @org.junit.jupiter.api.BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  private static final OptimizerConfig ADAM = OptimizerConfig.of(1e-2);
  private static final double RATE = 1e-2;

  private final Checkpoint start = TestModels.random(TestModels.grouped(), 1);

  @Test
  void aStepIsAdamWWithClippingAndDecayOfProjections() {
    Batch batch = TestModels.batch(1, 2, 8, 5);
    double clip = 0.25;
    Map<String, float[]> gradients = gradients(batch);
    double norm = 0;
    for (float[] g : gradients.values()) {
      for (float f : g) {
        norm += (double) f * f;
      }
    }
    norm = Math.sqrt(norm);
    assertThat(norm).as("this test is of clipping").isGreaterThan(clip);
    try (Learner learner =
        learner(new OptimizerConfig.AdamW(RATE, 0.1, 0.9, 0.95, 1e-8, clip), false)) {
      StepResult result = learner.step(batch, RATE, 1);
      assertThat(result.gradientNorm()).isCloseTo(norm, within(1e-5 * norm));
      assertThat(result.loss()).isEqualTo(result.crossEntropy());
      Map<String, Tensor> after = learner.weights();
      for (Parameter p : ParameterLayout.of(start.config()).stored()) {
        float[] was = TestModels.of(start.tensors(), p.name()).toFloats();
        float[] is = TestModels.of(after, p.name()).toFloats();
        float[] g = TestModels.of(gradients, p.name());
        double decay = p.kind() == Parameter.Kind.MATRIX ? 0.1 : 0;
        for (int i = 0; i < is.length; i++) {
          double clipped = g[i] * clip / norm;
          // step 1: the corrected moments are the gradient and its square
          double expected =
              was[i] * (1 - RATE * decay) - RATE * clipped / (Math.abs(clipped) + 1e-8);
          if (Math.abs(clipped) > 1e-6 || clipped == 0) {
            assertThat((double) is[i]).as(p.name()).isCloseTo(expected, within(2e-4 * RATE + 1e-6));
          }
        }
      }
    }
  }

  @Test
  void microBatchesAverageToTheWholeBatch() {
    Batch whole = TestModels.batch(1, 4, 8, 5);
    Batch parts = new Batch(2, 2, 8, whole.inputs(), whole.targets());
    try (Learner a = learner(ADAM, false);
        Learner b = learner(ADAM, false)) {
      StepResult first = a.step(whole, RATE, 1);
      StepResult second = b.step(parts, RATE, 1);
      assertThat(second.crossEntropy()).isCloseTo(first.crossEntropy(), within(1e-5));
      assertThat(second.gradientNorm()).isCloseTo(first.gradientNorm(), within(1e-5));
    }
  }

  @Test
  void targetsThatAreIgnoredCountInNeitherSumNorMean() {
    Batch all = TestModels.batch(1, 2, 8, 5);
    int[] some = all.targets().clone();
    java.util.Arrays.fill(some, 0, 11, Batch.IGNORED);
    Batch whole = new Batch(1, 2, 8, all.inputs(), some);
    // one group has 5 targets, the other none
    Batch parts = new Batch(2, 1, 8, all.inputs(), some);
    try (Learner a = learner(ADAM, false);
        Learner b = learner(ADAM, false)) {
      double expected = a.nats(whole) / 5;
      StepResult first = a.step(whole, RATE, 1);
      StepResult second = b.step(parts, RATE, 1);
      assertThat(first.crossEntropy()).isCloseTo(expected, within(1e-5));
      assertThat(second.crossEntropy()).isCloseTo(expected, within(1e-5));
      assertThat(second.gradientNorm()).isCloseTo(first.gradientNorm(), within(1e-5));
    }
  }

  @Test
  void learningLowersTheLoss() {
    Batch batch = TestModels.batch(1, 2, 16, 5);
    try (Learner learner = learner(ADAM, false)) {
      double before = learner.nats(batch);
      for (int step = 1; step <= 30; step++) {
        learner.step(batch, RATE, step);
      }
      assertThat(learner.nats(batch)).isLessThan(before / 2);
    }
  }

  static Stream<OptimizerConfig> optimisers() {
    return OptimizerConfig.names().stream().map(OptimizerConfig::named);
  }

  @ParameterizedTest
  @MethodSource("optimisers")
  void zerosStayZeroWhereAsked(OptimizerConfig optimizer) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(start.tensors());
    for (String name : List.of("layers.0.ffn.input", "embed")) {
      Tensor t = TestModels.of(tensors, name);
      float[] values = t.toFloats();
      for (int i = 0; i < values.length; i += 2) {
        values[i] = 0;
      }
      tensors.put(name, Tensor.F32.of(t.rows(), t.columns(), values));
    }
    Checkpoint sparse = new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
    try (Learner learner =
        new Learner(TestDevice.open(), sparse, settings(optimizer, Optional.empty(), true))) {
      for (int step = 1; step <= 3; step++) {
        learner.step(TestModels.batch(1, 2, 8, step), RATE, step);
      }
      for (String name : List.of("layers.0.ffn.input", "embed")) {
        float[] after = TestModels.of(learner.weights(), name).toFloats();
        float[] before = TestModels.of(tensors, name).toFloats();
        for (int i = 0; i < after.length; i++) {
          if (i % 2 == 0) {
            assertThat(after[i]).isZero();
          }
        }
        assertThat(after).isNotEqualTo(before);
      }
    }
  }

  @Test
  void aTeacherThatIsTheStudentAddsNoLoss() {
    Batch batch = TestModels.batch(1, 2, 8, 5);
    try (Learner learner =
        new Learner(
            TestDevice.open(),
            start,
            settings(ADAM, Optional.of(new Teacher(start, 2, 0.75)), false))) {
      StepResult result = learner.step(batch, RATE, 1);
      assertThat(result.loss()).isCloseTo(0.25 * result.crossEntropy(), within(1e-5));
    }
  }

  @Test
  void theDistillationLossIsTheFormula() {
    Batch batch = TestModels.batch(1, 1, 6, 5);
    Checkpoint other = TestModels.random(TestModels.plain(), 9);
    double temperature = 1.5;
    try (NDManager manager = TestDevice.open();
        Learner learner =
            new Learner(
                TestDevice.open(),
                start,
                settings(ADAM, Optional.of(new Teacher(other, temperature, 1)), false))) {
      double expected = 0;
      float[] s =
          new TorchModel(manager, start).logits(manager, batch.inputs(), 1, 6).toFloatArray();
      float[] t =
          new TorchModel(manager, other).logits(manager, batch.inputs(), 1, 6).toFloatArray();
      for (int i = 0; i < 6; i++) {
        double[] ps = softmax(s, i * 260, temperature);
        double[] pt = softmax(t, i * 260, temperature);
        for (int v = 0; v < 260; v++) {
          expected += pt[v] * Math.log(pt[v] / ps[v]) / 6;
        }
      }
      expected *= temperature * temperature;
      assertThat(learner.step(batch, RATE, 1).loss()).isCloseTo(expected, within(1e-4));
    }
  }

  @ParameterizedTest
  @MethodSource("optimisers")
  void restoredMomentsContinueTheSameRun(OptimizerConfig optimizer) {
    continues(settings(optimizer, Optional.empty(), false));
  }

  @Test
  void restoredMomentsContinueTheAverageAsWell() {
    continues(averaging(0.9));
  }

  @Test
  void theResultIsTheAverageOfTheWeights() {
    double decay = 0.9;
    try (Learner plain = learner(ADAM, false);
        Learner averaged = new Learner(TestDevice.open(), start, averaging(decay))) {
      Map<String, float[]> expected = new LinkedHashMap<>();
      start.tensors().forEach((name, t) -> expected.put(name, t.toFloats()));
      for (int step = 1; step <= 3; step++) {
        Batch batch = TestModels.batch(1, 2, 8, step);
        plain.step(batch, RATE, step);
        averaged.step(batch, RATE, step);
        double share = 1 - (1.0 + step) / (10.0 + step);
        Map<String, Tensor> now = plain.weights();
        expected.forEach((name, values) -> {
          float[] weights = TestModels.of(now, name).toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] += (float) (share * (weights[i] - values[i]));
          }
        });
      }
      Map<String, Tensor> result = averaged.weights();
      expected.forEach((name, values) ->
          assertThat(TestModels.of(result, name).toFloats())
              .usingComparatorWithPrecision(1e-6f)
              .containsExactly(values));
      Batch held = TestModels.batch(1, 2, 8, 9);
      Checkpoint kept = new Checkpoint(start.config(), start.tokenizer(), result, start.history());
      try (Learner loaded =
          new Learner(TestDevice.open(), kept, settings(ADAM, Optional.empty(), false))) {
        assertThat(averaged.nats(held)).isEqualTo(loaded.nats(held));
      }
    }
  }

  @Test
  void goingBackRestoresTheAverageAndTheWeights() {
    try (Learner learner = new Learner(TestDevice.open(), start, averaging(0.9))) {
      learner.step(TestModels.batch(1, 2, 8, 1), RATE, 1);
      learner.remember();
      learner.step(TestModels.batch(1, 2, 8, 2), RATE, 2);
      Map<String, Tensor> once = learner.weights();
      learner.goBack();
      assertThat(TestModels.of(learner.weights(), "embed").toFloats())
          .isNotEqualTo(TestModels.of(once, "embed").toFloats());
      learner.step(TestModels.batch(1, 2, 8, 2), RATE, 2);
      learner
          .weights()
          .forEach((name, t) ->
              assertThat(t.toFloats()).isEqualTo(TestModels.of(once, name).toFloats()));
    }
  }

  private void continues(LearnerSettings settings) {
    Batch first = TestModels.batch(1, 2, 8, 5);
    Batch second = TestModels.batch(1, 2, 8, 6);
    try (Learner unbroken = new Learner(TestDevice.open(), start, settings)) {
      unbroken.step(first, RATE, 1);
      Checkpoint middle =
          new Checkpoint(start.config(), start.tokenizer(), unbroken.weights(), start.history());
      Map<String, float[]> moments = unbroken.moments();
      unbroken.step(second, RATE, 2);
      try (Learner resumed = new Learner(TestDevice.open(), middle, settings)) {
        resumed.restoreMoments(moments);
        resumed.step(second, RATE, 2);
        unbroken
            .weights()
            .forEach((name, t) ->
                assertThat(TestModels.of(resumed.weights(), name).toFloats())
                    .isEqualTo(t.toFloats()));
      }
    }
  }

  @Test
  void aLossThatIsNotFiniteUpdatesNothing() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(start.tensors());
    Tensor norm = TestModels.of(tensors, "norm");
    float[] gains = norm.toFloats();
    gains[0] = Float.NaN;
    tensors.put("norm", Tensor.F32.of(1, gains.length, gains));
    Checkpoint broken = new Checkpoint(start.config(), start.tokenizer(), tensors, start.history());
    try (Learner learner =
        new Learner(TestDevice.open(), broken, settings(ADAM, Optional.empty(), false))) {
      StepResult result = learner.step(TestModels.batch(1, 2, 8, 5), RATE, 1);
      assertThat(result.finite()).isFalse();
      assertThat(TestModels.of(learner.weights(), "embed").toFloats())
          .isEqualTo(TestModels.of(tensors, "embed").toFloats());
    }
  }

  private static LearnerSettings settings(
      OptimizerConfig optimizer, Optional<Teacher> teacher, boolean keepZeros) {
    return new LearnerSettings(
        optimizer,
        Optional.empty(),
        ObjectiveConfig.DEFAULT,
        Precision.FLOAT32,
        teacher,
        keepZeros);
  }

  private static LearnerSettings averaging(double decay) {
    return new LearnerSettings(
        ADAM,
        Optional.of(new AveragingConfig(decay)),
        ObjectiveConfig.DEFAULT,
        Precision.FLOAT32,
        Optional.empty(),
        false);
  }

  private Learner learner(OptimizerConfig adam, boolean keepZeros) {
    return new Learner(TestDevice.open(), start, settings(adam, Optional.empty(), keepZeros));
  }

  private Map<String, float[]> gradients(Batch batch) {
    Map<String, float[]> out = new LinkedHashMap<>();
    try (NDManager manager = TestDevice.open()) {
      TorchModel model = new TorchModel(manager, start);
      NDList list = model.gradients(manager, "causal", batch);
      for (int i = 0; i < list.size(); i++) {
        out.put(model.parameters().parameters().get(i).name(), list.get(i).toFloatArray());
      }
    }
    return out;
  }

  private static double[] softmax(float[] logits, int offset, double temperature) {
    double[] p = new double[260];
    double sum = 0;
    for (int v = 0; v < p.length; v++) {
      p[v] = Math.exp(logits[offset + v] / temperature);
      sum += p[v];
    }
    for (int v = 0; v < p.length; v++) {
      p[v] /= sum;
    }
    return p;
  }

  private static org.assertj.core.data.Offset<Double> within(double d) {
    return org.assertj.core.data.Offset.offset(d);
  }
}
