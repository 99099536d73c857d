package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.DropoutConfig;
import dev.stlm.training.config.MaskingConfig;
import dev.stlm.training.config.ObjectiveConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of every part of the objective, kept and recomputed, in double precision. */
class ObjectiveGradientsTest {
  private static final double STEP = 1e-5;
  private static final ObjectiveConfig USUAL = ObjectiveConfig.DEFAULT;
  private static final ObjectiveConfig NEXT_PATCH = USUAL.withNextPatch(0.7);
  private static final ObjectiveConfig MASKED = USUAL.with(new MaskingConfig(0.5, 0.2, 2));
  private static final ObjectiveConfig DROPOUT =
      USUAL.with(new DropoutConfig(DropoutConfig.Shape.CONSTANT, 0.3));
  private static final double[] NOISE = {0.3, 123_456_789_012L};

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  static Stream<Arguments> objectives() {
    return Stream.of(
        Arguments.of("pooled with drafts", "causal", NEXT_PATCH, new double[0]),
        Arguments.of("no local layers", "causal", NEXT_PATCH, new double[0]),
        Arguments.of("all", "masked", MASKED, new double[0]),
        Arguments.of("all", "causal", DROPOUT, NOISE),
        Arguments.of("all", "masked", MASKED.with(DROPOUT.dropout().orElseThrow()), NOISE),
        Arguments.of("causal and parallel", "causal", DROPOUT, NOISE));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("objectives")
  void gradientsEqualFiniteDifferences(
      String name, String part, ObjectiveConfig objective, double[] noise) {
    ModelConfig config = TestModels.of(SwitchModels.all(), name);
    try (NDManager manager = TestDevice.open()) {
      TorchModel model =
          new TorchModel(
              manager,
              TestModels.random(config, 1),
              DataType.FLOAT64,
              LearnerSettings.of(objective));
      Batch batch = TestModels.batch(1, 2, 18, 2);
      NDList gradients = model.gradients(manager, part, batch, noise);
      Random random = new Random(3);
      List<Parameter> parameters = model.parameters().parameters();
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        NDArray values = model.parameters().list().get(i);
        double[] all = values.toDoubleArray();
        double[] gradient = gradients.get(i).toDoubleArray();
        // rows of the embedding that occur
        int most = p.name().equals("embed") ? 12 * p.columns() : (int) p.size();
        for (int at : random.ints(3, 0, most).toArray()) {
          double was = all[at];
          double[] around = new double[2];
          for (int side = 0; side < 2; side++) {
            all[at] = was + (side == 0 ? -STEP : STEP);
            values.set(all);
            try (NDManager scope = manager.newSubManager()) {
              around[side] = model.objective(scope, part, batch, noise);
            }
          }
          all[at] = was;
          values.set(all);
          double expected = (around[1] - around[0]) / (2 * STEP);
          assertThat(gradient[at])
              .as("%s[%d]", p.name(), at)
              .isCloseTo(expected, Offset.offset(1e-8 + 1e-6 * Math.abs(expected)));
        }
      }
    }
  }

  static Stream<Arguments> everything() {
    List<Arguments> list = new ArrayList<>();
    SwitchModels.all()
        .keySet()
        .forEach(name -> list.add(Arguments.of(name, "causal", USUAL, new double[0])));
    return Stream.concat(list.stream(), objectives());
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("everything")
  void recomputedActivationsGiveTheSameGradients(
      String name, String part, ObjectiveConfig objective, double[] noise) {
    Checkpoint checkpoint = TestModels.random(TestModels.of(SwitchModels.all(), name), 1);
    Batch batch = TestModels.batch(1, 2, 18, 2);
    try (NDManager manager = TestDevice.open()) {
      LearnerSettings settings = LearnerSettings.of(objective);
      NDList kept =
          new TorchModel(manager, checkpoint, DataType.FLOAT64, settings)
              .gradients(manager, part, batch, noise);
      NDList again =
          new TorchModel(manager, checkpoint, DataType.FLOAT64, settings.recomputing())
              .gradients(manager, part, batch, noise);
      for (int i = 0; i < kept.size(); i++) {
        // sums of the uses of a shared weight may have another order
        assertThat(again.get(i).toDoubleArray())
            .containsExactly(kept.get(i).toDoubleArray(), Offset.offset(1e-13));
      }
    }
  }
}
