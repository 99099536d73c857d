package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.stlm.model.config.ModelConfig;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training minimises against the drafts that a session makes. */
class DraftLossTest {
  private static final int LENGTH = 11;

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drafts", "all", "pooled with drafts"})
  void theLossIsTheMeanOverDistancesOfTheMeanOverPositions(String name) {
    ModelConfig config = TestModels.of(SwitchModels.all(), name);
    Batch batch = TestModels.batch(1, 1, LENGTH, 4);
    int[] inputs = batch.inputs();
    int[] next = batch.targets();
    int most = config.futureIds().orElseThrow();
    try (NDManager manager = TestDevice.open()) {
      TorchModel model = new TorchModel(manager, TestModels.random(config, 6), DataType.FLOAT64);
      double drafts = 0;
      for (int j = 1; j <= most; j++) {
        double sum = 0;
        for (int t = 0; t < LENGTH - j; t++) {
          double[] logits =
              model
                  .draft(manager, Arrays.copyOf(inputs, t + 1), Arrays.copyOfRange(next, t, t + j))
                  .toDoubleArray();
          double all = Arrays.stream(logits).map(Math::exp).sum();
          sum += Math.log(all) - logits[next[t + j]];
        }
        drafts += sum / (LENGTH - j) / most;
      }
      double nextId = model.nats(manager, batch) / LENGTH;
      assertThat(model.objective(manager, "causal", batch))
          .isCloseTo(nextId + 0.3 * drafts, Offset.offset(1e-9));
    }
  }
}
