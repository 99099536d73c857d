package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.training.config.Precision;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The program for a GPU, on whatever device the tests have, against the one for a CPU. */
class GpuProgramTest {
  private static final Batch BATCH = TestModels.batch(1, 2, 18, 2);

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.stlm.training.internal.torch.GradientsTest#configs")
  void lossAndDerivativesAreTheSameInOnePrecision(String name, ModelConfig config) {
    try (NDManager manager = TestDevice.open()) {
      LearnerSettings settings = TestModels.settings(Precision.FLOAT32);
      TorchModel cpu = model(manager, config, DataType.FLOAT64, settings, false);
      TorchModel gpu = model(manager, config, DataType.FLOAT64, settings, true);
      double expected = cpu.objective(manager, "causal", BATCH);
      assertThat(gpu.objective(manager, "causal", BATCH)).isCloseTo(expected, offset(1e-10));
      assertThat(distance(manager, gpu, cpu)).isLessThan(1e-9);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.stlm.training.internal.torch.GradientsTest#configs")
  void narrowVectorsBetweenProductsLeaveLossAndDerivativesClose(String name, ModelConfig config) {
    try (NDManager manager = TestDevice.open()) {
      LearnerSettings full = TestModels.settings(Precision.FLOAT32);
      LearnerSettings mixed = TestModels.settings(Precision.MIXED);
      TorchModel cpu = model(manager, config, DataType.FLOAT32, full, false);
      TorchModel gpu = model(manager, config, DataType.FLOAT32, mixed, true);
      double expected = cpu.objective(manager, "causal", BATCH);
      // bfloat16 has 8 bits of mantissa
      assertThat(gpu.objective(manager, "causal", BATCH))
          .isNotEqualTo(expected)
          .isCloseTo(expected, offset(0.01 * expected));
      TorchModel products = model(manager, config, DataType.FLOAT32, mixed, false);
      assertThat(distance(manager, gpu, cpu)).isLessThan(4 * distance(manager, products, cpu));
    }
  }

  private static TorchModel model(
      NDManager manager,
      ModelConfig config,
      DataType precision,
      LearnerSettings settings,
      boolean gpu) {
    Checkpoint checkpoint = TestModels.random(config, 1);
    return new TorchModel(manager, checkpoint, precision, settings, gpu);
  }

  /** Of all derivatives, as a share of their length. */
  private static double distance(NDManager manager, TorchModel actual, TorchModel expected) {
    double[] a = all(actual.gradients(manager, "causal", BATCH));
    double[] b = all(expected.gradients(manager, "causal", BATCH));
    double difference = IntStream.range(0, b.length).mapToDouble(i -> square(a[i] - b[i])).sum();
    double length = IntStream.range(0, b.length).mapToDouble(i -> square(b[i])).sum();
    return Math.sqrt(difference / length);
  }

  private static double square(double x) {
    return x * x;
  }

  private static double[] all(NDList gradients) {
    return gradients.stream()
        .map(g -> g.toType(DataType.FLOAT64, false))
        .map(NDArray::toDoubleArray)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }
}
