package dev.stlm.training.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.training.config.Precision;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Steps whose products are of bfloat16: they run on every processor, only slower on some. */
class MixedPrecisionTest {

  private final Checkpoint start = TestModels.random(TestModels.grouped(), 1);

  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  @Test
  void aStepIsCloseToOneIn32BitsAndNotTheSame() {
    Batch batch = TestModels.batch(1, 2, 16, 5);
    try (Learner full = learner(Precision.FLOAT32);
        Learner mixed = learner(Precision.MIXED)) {
      double expected = full.step(batch, 1e-2, 1).crossEntropy();
      double actual = mixed.step(batch, 1e-2, 1).crossEntropy();
      // bfloat16 has 8 bits of mantissa
      assertThat(actual).isNotEqualTo(expected).isCloseTo(expected, Offset.offset(0.01 * expected));
    }
  }

  @Test
  void learningInMixedPrecisionLowersTheLossThatIsMeasuredIn32Bits() {
    Batch batch = TestModels.batch(1, 2, 16, 5);
    try (Learner learner = learner(Precision.MIXED)) {
      double before = learner.nats(batch);
      for (int step = 1; step <= 30; step++) {
        learner.step(batch, 1e-2, step);
      }
      assertThat(learner.nats(batch)).isLessThan(before / 2);
    }
  }

  private Learner learner(Precision precision) {
    return new Learner(TestDevice.open(), start, TestModels.settings(precision));
  }
}
