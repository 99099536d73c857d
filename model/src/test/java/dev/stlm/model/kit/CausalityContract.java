package dev.stlm.model.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No logits depend on later ids, and they depend on earlier ones as far as the config says. */
abstract class CausalityContract extends RuntimeFixture {
  /** A letter, a blank, a special id, half a character. */
  private static final int[] INSTEAD = {'q', ' ', 256, 0xC3};

  @ParameterizedTest
  @MethodSource("variants")
  void changingAnIdChangesNoEarlierLogit(Checkpoint checkpoint) {
    int[] ids = ids(checkpoint, 70, 4);
    try (LanguageModel model = load(checkpoint)) {
      List<float[]> before = all(model, ids);
      for (int t : new int[] {0, 1, 15, 16, 40, 63, 64, 69}) {
        assertNothingEarlierChanges(model, ids, before, t, (ids[t] + 101) % 256);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void changingAnIdAroundABlankChangesNoEarlierLogit(Checkpoint checkpoint) {
    int[] ids = TinyTexts.words(60, 5);
    try (LanguageModel model = load(checkpoint)) {
      List<float[]> before = all(model, ids);
      int tried = 0;
      for (int t = 1; t + 1 < ids.length; t++) {
        if (ids[t - 1] == ' ' || ids[t] == ' ' || ids[t + 1] == ' ') {
          int other = INSTEAD[tried++ % INSTEAD.length];
          assertNothingEarlierChanges(model, ids, before, t, other == ids[t] ? 'x' : other);
        }
      }
      assertThat(tried).isGreaterThan(20);
    }
  }

  private void assertNothingEarlierChanges(
      LanguageModel model, int[] ids, List<float[]> before, int t, int other) {
    int[] changed = ids.clone();
    changed[t] = other;
    List<float[]> after = all(model, changed);
    for (int i = 0; i < t; i++) {
      assertClose(after.get(i), before.get(i));
    }
    ModelConfig config = model.config();
    if (Reach.of(config, ids)[t].get(t) && Reach.samePatches(config, ids, changed)) {
      assertThat(distance(after.get(t), before.get(t)))
          .as("the id at %d must matter", t)
          .isGreaterThan(10 * tolerance());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void idsMatterAsFarAsTheConfigSays(Checkpoint checkpoint) {
    int[] ids = TinyTexts.words(40, 6);
    int last = ids.length - 1;
    BitSet[] reach = Reach.of(checkpoint.config(), ids);
    int tried = 0;
    try (LanguageModel model = load(checkpoint)) {
      List<float[]> before = all(model, ids);
      for (int t = 0; t < ids.length; t++) {
        int[] changed = ids.clone();
        // a letter for a letter, a mark for a blank: patches of words stay
        changed[t] = ids[t] == ' ' ? ',' : 'a' + (ids[t] - 'a' + 7) % 26;
        if (!Reach.samePatches(checkpoint.config(), ids, changed)) {
          continue;
        }
        tried++;
        List<float[]> after = all(model, changed);
        for (int i = t; i < ids.length; i++) {
          if (!reach[i].get(t)) {
            assertClose(after.get(i), before.get(i));
          }
        }
        if (reach[last].get(t) && Reach.isFelt(checkpoint.config())) {
          assertThat(distance(after.get(last), before.get(last)))
              .as("the id at %d must move the logits at %d", t, last)
              .isGreaterThan(tolerance() / 100); // little, where it comes through many windows
        }
      }
      assertThat(tried).isGreaterThan(5);
    }
  }
}
