package dev.stlm.training.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.kit.RuntimeContract;
import dev.stlm.training.internal.torch.TorchDevice;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PyTorch keeps the contract of runtimes, and the CPU runtime gives its logits. */
class DjlRuntimeTest extends RuntimeContract {
  @BeforeAll
  static void modelsAreTiny() {
    TorchDevice.useThreads(1);
  }

  @Override
  protected LanguageModel load(Checkpoint checkpoint) {
    return ModelRuntimes.load("djl", checkpoint);
  }

  @ParameterizedTest
  @MethodSource("dev.stlm.model.kit.RuntimeContract#variants")
  void theCpuRuntimeGivesTheSameLogits(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, checkpoint.config().contextLength(), 21);
    try (LanguageModel djl = load(checkpoint);
        LanguageModel cpu = ModelRuntimes.load("cpu", checkpoint)) {
      List<float[]> expected = all(djl, ids);
      List<float[]> actual = all(cpu, ids);
      for (int i = 0; i < ids.length; i++) {
        assertThat(distance(actual.get(i), expected.get(i))).isLessThanOrEqualTo(1e-4f);
        assertThat(largest(actual.get(i))).isEqualTo(largest(expected.get(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.stlm.model.kit.RuntimeContract#drafting")
  void theCpuRuntimeGivesTheSameDrafts(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 40, 41);
    int[] guesses = ids(checkpoint, 16, 43);
    try (LanguageModel djl = load(checkpoint);
        LanguageModel cpu = ModelRuntimes.load("cpu", checkpoint);
        Session a = djl.newSession();
        Session b = cpu.newSession()) {
      a.append(ids);
      b.append(ids);
      for (int count = 1; count <= djl.draftLength(); count++) {
        float[] expected = new float[checkpoint.config().vocabularySize()];
        float[] actual = expected.clone();
        a.draft(guesses, count, expected);
        b.draft(guesses, count, actual);
        assertThat(distance(actual, expected)).isLessThanOrEqualTo(1e-4f);
      }
    }
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
