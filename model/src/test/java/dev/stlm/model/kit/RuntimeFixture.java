package dev.stlm.model.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** What the parts of the contract share: the runtime under test, ids, and comparisons. */
abstract class RuntimeFixture {
  /** Loads a checkpoint on the runtime under test. */
  protected abstract LanguageModel load(Checkpoint checkpoint);

  /** How far logits may differ where this contract asks for equal ones. */
  protected float tolerance() {
    return 1e-4f;
  }

  /** Every variant, by name. */
  public static Stream<Named<Checkpoint>> variants() {
    return TinyModels.variants().entrySet().stream().map(e -> Named.of(e.getKey(), e.getValue()));
  }

  /** Ids that look like text for an odd seed, noise for an even one. */
  protected static int[] ids(Checkpoint checkpoint, int count, long seed) {
    int vocabulary = checkpoint.config().vocabularySize();
    return seed % 2 == 0
        ? TinyTexts.noise(vocabulary, count, seed)
        : TinyTexts.mixed(vocabulary, count, seed);
  }

  /** The logits after every id. */
  protected static List<float[]> all(LanguageModel model, int[] ids) {
    List<float[]> list = new ArrayList<>();
    try (Session session = model.newSession()) {
      session.append(
          ids,
          (index, logits) -> {
            assertThat(index).isEqualTo(list.size());
            list.add(logits.clone());
          });
    }
    assertThat(list).hasSize(ids.length);
    return list;
  }

  final void assertClose(float[] actual, float[] expected) {
    assertThat(distance(actual, expected)).isLessThanOrEqualTo(tolerance());
  }

  /** Largest difference; infinite where one is not a number. */
  protected static float distance(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    float most = 0;
    for (int i = 0; i < a.length; i++) {
      float difference = Math.abs(a[i] - b[i]);
      most =
          difference <= most
              ? most
              : Float.isNaN(difference) ? Float.POSITIVE_INFINITY : difference;
    }
    return most;
  }

  static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
