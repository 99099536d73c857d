package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.Presets;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.config.ObjectiveConfig;
import dev.stlm.training.config.OptimizerConfig;
import dev.stlm.training.config.Precision;
import dev.stlm.training.finetune.LowRankAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptersTest {
  private static final LowRankConfig RANK3 = new LowRankConfig(3, 4.5);
  private static final double STEP = 1e-4;

  @TempDir Path dir;

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-pooled"})
  void gradientsEqualFiniteDifferences(String preset) {
    ModelConfig config = Presets.named(preset);
    Checkpoint start = TestModels.random(config, 1);
    Batch batch = TestModels.batch(1, 2, 18, 2);
    Map<String, float[]> factors = new HashMap<>();
    Map<String, float[]> moments;
    try (Learner learner = learner(start)) {
      Map<String, float[]> state = learner.moments();
      Random random = new Random(3);
      state.forEach((name, values) -> {
        if (name.startsWith("adapter.")) {
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
          }
          factors.put(name.substring("adapter.".length()), values);
        }
      });
      learner.restoreMoments(state);
      learner.step(batch, 1e-9, 1);
      moments = learner.moments();
    }
    Random random = new Random(4);
    try (NDManager manager = TestDevice.open()) {
      TorchModel model = new TorchModel(manager, start, DataType.FLOAT64);
      for (Map.Entry<String, float[]> factor : factors.entrySet()) {
        float[] first = TestModels.of(moments, "first." + factor.getKey());
        int at = random.nextInt(first.length);
        double above = loss(manager, model, start, factors, factor.getKey(), at, STEP, batch);
        double below = loss(manager, model, start, factors, factor.getKey(), at, -STEP, batch);
        double expected = (above - below) / (2 * STEP);
        // the first moment after one step is a tenth of the gradient (β₁ = 0.9)
        assertThat(first[at] / 0.1)
            .as("%s[%d]", factor.getKey(), at)
            .isCloseTo(expected, within(2e-5 + 1e-3 * Math.abs(expected)));
      }
    }
  }

  @Test
  void theMergedModelIsTheOneThatLearns() {
    Checkpoint start = TestModels.random(TestModels.grouped(), 1);
    Batch batch = TestModels.batch(1, 2, 18, 2);
    try (Learner learner = learner(start)) {
      double before = learner.nats(batch);
      for (int step = 1; step <= 5; step++) {
        learner.step(batch, 1e-2, step);
      }
      double merged = learner.nats(batch);
      assertThat(merged).isLessThan(before - 1);
      double unmerged = learner.step(batch, 1e-2, 6).crossEntropy() * batch.scored().length;
      assertThat(merged).isCloseTo(unmerged, within(1e-4));
    }
  }

  @Test
  void onlyFactorsLearnAndTheAdapterGivesTheModelBack() {
    Checkpoint start = TestModels.random(TestModels.grouped(), 1);
    try (Learner learner = learner(start)) {
      for (int step = 1; step <= 5; step++) {
        learner.step(TestModels.batch(2, 2, 18, step), 1e-2, step);
      }
      Map<String, Tensor> after = learner.weights();
      Map<String, float[]> state = learner.moments();
      Map<String, Tensor> given = learner.adapter().orElseThrow().mergeInto(start).tensors();
      for (Parameter p : ParameterLayout.of(start.config()).stored()) {
        float[] was = TestModels.of(start.tensors(), p.name()).toFloats();
        float[] is = TestModels.of(after, p.name()).toFloats();
        if (p.kind() == Parameter.Kind.MATRIX) {
          assertThat(TestModels.of(state, "base." + p.name())).containsExactly(was);
          assertThat(is).isNotEqualTo(was);
          assertThat(TestModels.of(given, p.name()).toFloats()).containsExactly(is, within(1e-6f));
        } else {
          assertThat(is).as(p.name()).containsExactly(was);
        }
      }
    }
  }

  @Test
  void anAdapterIsReadAsItWasWrittenAndFitsItsModelAlone() throws IOException {
    Checkpoint start = TestModels.random(TestModels.grouped(), 1);
    LowRankAdapter adapter;
    try (Learner learner = learner(start)) {
      learner.step(TestModels.batch(1, 2, 18, 2), 1e-2, 1);
      adapter = learner.adapter().orElseThrow();
    }
    Path directory = dir.resolve("adapter");
    adapter.write(directory);
    LowRankAdapter read = LowRankAdapter.read(directory);
    assertThat(read.config()).isEqualTo(RANK3);
    assertThat(read.mergeInto(start).tensor("layers.0.ffn.input").toFloats())
        .containsExactly(adapter.mergeInto(start).tensor("layers.0.ffn.input").toFloats());
    Checkpoint other = TestModels.random(TestModels.grouped(), 2);
    assertThatThrownBy(() -> read.mergeInto(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("adapter: belongs to another model");
    Path factors = directory.resolve("adapter.safetensors");
    byte[] bytes = Files.readAllBytes(factors);
    Files.write(factors, java.util.Arrays.copyOf(bytes, bytes.length - 4));
    assertThatThrownBy(() -> LowRankAdapter.read(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("adapter.safetensors");
  }

  @Test
  void adaptersAndKeptZerosExcludeEachOther() {
    assertThatThrownBy(() ->
            new LearnerSettings(
                OptimizerConfig.of(1e-2),
                Optional.empty(),
                ObjectiveConfig.DEFAULT,
                Precision.FLOAT32,
                Optional.empty(),
                true,
                Optional.of(RANK3),
                1,
                false))
        .isInstanceOf(InvalidInputException.class);
  }

  private static Learner learner(Checkpoint start) {
    return new Learner(
        TestDevice.open(),
        start,
        new LearnerSettings(
            new OptimizerConfig.AdamW(1e-2, 0, 0.9, 0.95, 1e-8, 1e9),
            Optional.empty(),
            ObjectiveConfig.DEFAULT,
            Precision.FLOAT32,
            Optional.empty(),
            false,
            Optional.of(RANK3),
            7,
            false));
  }

  /** The loss with one value of a factor moved, in double precision. */
  private static double loss(
      NDManager manager,
      TorchModel model,
      Checkpoint start,
      Map<String, float[]> factors,
      String name,
      int at,
      double step,
      Batch batch) {
    for (int i = 0; i < model.parameters().parameters().size(); i++) {
      Parameter p = model.parameters().parameters().get(i);
      if (p.kind() != Parameter.Kind.MATRIX) {
        continue;
      }
      double[] a = moved(factors, p.name() + ".adapter.down", name, at, step);
      double[] b = moved(factors, p.name() + ".adapter.up", name, at, step);
      float[] base = start.tensor(p.name()).toFloats();
      double[] w = new double[base.length];
      for (int row = 0; row < p.rows(); row++) {
        for (int c = 0; c < p.columns(); c++) {
          double sum = base[row * p.columns() + c];
          for (int k = 0; k < RANK3.rank(); k++) {
            sum += RANK3.scale() * b[row * RANK3.rank() + k] * a[k * p.columns() + c];
          }
          w[row * p.columns() + c] = sum;
        }
      }
      model.parameters().list().get(i).set(w);
    }
    try (NDManager scope = manager.newSubManager()) {
      return model.objective(scope, "causal", batch);
    }
  }

  private static double[] moved(
      Map<String, float[]> factors, String factor, String name, int at, double step) {
    float[] values = TestModels.of(new LinkedHashMap<>(factors), factor);
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    if (factor.equals(name)) {
      copy[at] += step;
    }
    return copy;
  }
}
