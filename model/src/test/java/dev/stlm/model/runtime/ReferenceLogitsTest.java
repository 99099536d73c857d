package dev.stlm.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.kit.ReferenceModel;
import dev.stlm.model.kit.RuntimeContract;
import dev.stlm.model.kit.TinyTexts;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CPU runtime gives what the equations say, in double precision and plain loops. */
class ReferenceLogitsTest {
  static Stream<Named<Checkpoint>> variants() {
    return RuntimeContract.variants();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void logitsAreThoseOfTheReference(Checkpoint checkpoint) {
    int vocabulary = checkpoint.config().vocabularySize();
    ReferenceModel reference = new ReferenceModel(checkpoint);
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint)) {
      for (int[] ids :
          new int[][] {TinyTexts.mixed(vocabulary, 96, 1), TinyTexts.noise(vocabulary, 60, 2)}) {
        double[][] expected = reference.logits(ids);
        try (Session session = model.newSession()) {
          session.append(ids, (t, logits) -> assertClose(logits, expected[t], t));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void draftsAreThoseOfTheReference(Checkpoint checkpoint) {
    int[] ids = TinyTexts.mixed(checkpoint.config().vocabularySize(), 40, 3);
    int[] guesses = TinyTexts.mixed(checkpoint.config().vocabularySize(), 16, 4);
    ReferenceModel reference = new ReferenceModel(checkpoint);
    float[] logits = new float[checkpoint.config().vocabularySize()];
    try (LanguageModel model = ModelRuntimes.load("cpu", checkpoint);
        Session session = model.newSession()) {
      assertThat(model.draftLength()).isEqualTo(checkpoint.config().futureIds().orElse(0));
      session.append(ids);
      for (int count = 1; count <= model.draftLength(); count++) {
        session.draft(guesses, count, logits);
        double[] expected = reference.draft(ids, Arrays.copyOf(guesses, count));
        assertClose(logits, expected, count);
      }
    }
  }

  private static void assertClose(float[] actual, double[] expected, int at) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      assertThat(difference).as("at %d, id %d", at, i).isLessThan(1e-4);
    }
  }
}
