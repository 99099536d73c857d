package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives against central finite differences in double precision. */
class GradientsTest {
  @org.junit.jupiter.api.BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  private static final double STEP = 1e-5;

  static Stream<Arguments> configs() {
    return Stream.concat(
        Stream.of(
            Arguments.of("grouped", TestModels.grouped()),
            Arguments.of("plain", TestModels.plain()),
            Arguments.of("bare", TestModels.bare())),
        SwitchModels.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configs")
  void gradientsEqualFiniteDifferences(String name, ModelConfig config) {
    try (NDManager manager = TestDevice.open()) {
      TorchModel model = new TorchModel(manager, TestModels.random(config, 1), DataType.FLOAT64);
      Batch batch = TestModels.batch(1, 2, 18, 2);
      NDList gradients = model.gradients(manager, "causal", batch);
      List<Parameter> parameters = model.parameters().parameters();
      assertThat(gradients).hasSameSizeAs(parameters);
      Random random = new Random(3);
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        NDArray values = model.parameters().list().get(i);
        double[] gradient = gradients.get(i).toDoubleArray();
        // of the embedding also rows that occur
        IntStream coordinates =
            IntStream.concat(
                random.ints(6, 0, (int) p.size()),
                random.ints(p.name().equals("embed") ? 30 : 0, 0, Math.max(1, 12 * p.columns())));
        for (int at : coordinates.toArray()) {
          double expected = difference(model, manager, batch, values, at);
          assertThat(gradient[at])
              .as("%s: %s[%d]", name, p.name(), at)
              .isCloseTo(
                  expected, org.assertj.core.data.Offset.offset(1e-8 + 1e-6 * Math.abs(expected)));
        }
      }
    }
  }

  @org.junit.jupiter.api.Test
  void aTiedWeightIsDerivedThroughBothItsUses() {
    try (NDManager manager = TestDevice.open()) {
      TorchModel model =
          new TorchModel(manager, TestModels.random(TestModels.bare(), 1), DataType.FLOAT64);
      double[] gradient =
          model.gradients(manager, "causal", TestModels.batch(1, 2, 7, 2)).get(0).toDoubleArray();
      // id 200 is never read: its row is moved by the head alone; ids below 12 by both
      int width = TestModels.bare().width();
      assertThat(IntStream.range(200 * width, 201 * width).mapToDouble(i -> gradient[i]))
          .anySatisfy(g -> assertThat(g).isNotZero());
    }
  }

  @org.junit.jupiter.api.Test
  void aSharedWeightHasTheSumOfTheGradientsThatItsUsesWouldHaveAlone() {
    FlatConfig shared = (FlatConfig) TestModels.of(SwitchModels.all(), "shared ffn");
    FlatConfig alone =
        new FlatConfig(
            shared.vocabularySize(),
            shared.contextLength(),
            shared.width(),
            shared.layers(),
            shared.attention(),
            shared.ffn(),
            shared.normEpsilon(),
            shared.tiedHead(),
            shared.ngrams());
    Checkpoint checkpoint = TestModels.random(shared, 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(alone).stored()) {
      String stored = ParameterLayout.of(shared).resolve(p.name()).name();
      tensors.put(p.name(), TestModels.of(checkpoint.tensors(), stored));
    }
    Map<String, double[]> one = gradients(checkpoint);
    Map<String, double[]> each =
        gradients(new Checkpoint(alone, checkpoint.tokenizer(), tensors, checkpoint.history()));
    for (String part : List.of("ffn.input", "ffn.output")) {
      double[] sum = TestModels.of(one, "layers.0." + part);
      double[] first = TestModels.of(each, "layers.0." + part);
      double[] second = TestModels.of(each, "layers.1." + part);
      for (int i = 0; i < sum.length; i++) {
        assertThat(sum[i])
            .isCloseTo(first[i] + second[i], org.assertj.core.data.Offset.offset(1e-12));
      }
      assertThat(TestModels.of(one, "layers.2." + part))
          .containsExactly(
              TestModels.of(each, "layers.2." + part), org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  private static Map<String, double[]> gradients(Checkpoint checkpoint) {
    Map<String, double[]> out = new LinkedHashMap<>();
    try (NDManager manager = TestDevice.open()) {
      TorchModel model = new TorchModel(manager, checkpoint, DataType.FLOAT64);
      NDList list = model.gradients(manager, "causal", TestModels.batch(1, 2, 18, 2));
      for (int i = 0; i < list.size(); i++) {
        out.put(model.parameters().parameters().get(i).name(), list.get(i).toDoubleArray());
      }
    }
    return out;
  }

  private static double difference(
      TorchModel model, NDManager manager, Batch batch, NDArray values, int at) {
    double[] all = values.toDoubleArray();
    double before = all[at];
    all[at] = before + STEP;
    values.set(all);
    double above = loss(model, manager, batch);
    all[at] = before - STEP;
    values.set(all);
    double below = loss(model, manager, batch);
    all[at] = before;
    values.set(all);
    return (above - below) / (2 * STEP);
  }

  private static double loss(TorchModel model, NDManager manager, Batch batch) {
    try (NDManager scope = manager.newSubManager()) {
      return model.objective(scope, "causal", batch);
    }
  }
}
