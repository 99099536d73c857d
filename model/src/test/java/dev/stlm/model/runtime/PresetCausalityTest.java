package dev.stlm.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Presets;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.kit.TinyTexts;
import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No preset looks ahead, at its real size and with weights that let every part speak. */
class PresetCausalityTest {
  private static final int LENGTH = 40;

  static Stream<String> small() {
    return Presets.names().stream().filter(name -> !large().toList().contains(name));
  }

  static Stream<String> large() {
    return Presets.names().stream().filter(name -> name.matches("(50m|100m|paper).*"));
  }

  @ParameterizedTest
  @MethodSource("small")
  void noPresetLooksAhead(String preset) {
    assertCausal(preset);
  }

  @ParameterizedTest
  @MethodSource("large")
  @Tag("slow")
  void noLargePresetLooksAhead(String preset) {
    assertCausal(preset);
  }

  private static void assertCausal(String preset) {
    ModelConfig config = Presets.named(preset);
    boolean bytes = config.vocabularySize() == new ByteTokenizer().vocabularySize();
    Checkpoint checkpoint =
        TinyModels.random(
            config, Tokenizers.create(bytes ? ByteTokenizer.TYPE : "gpt2", Map.of()), 7);
    int[] ids = TinyTexts.words(LENGTH, 3);
    try (LanguageModel model = new CpuRuntime().load(checkpoint)) {
      List<float[]> before = all(model, ids);
      for (int t = 0; t < LENGTH; t += t < 8 ? 1 : 5) {
        int[] changed = ids.clone();
        // a letter for a blank or a blank for a letter: patches end elsewhere
        changed[t] = ids[t] == ' ' ? 'q' : ' ';
        List<float[]> after = all(model, changed);
        for (int i = 0; i < t; i++) {
          assertThat(after.get(i)).as("logits at %d, id %d changed", i, t).isEqualTo(before.get(i));
        }
        assertThat(differs(after, before, t)).as("id %d must matter", t).isTrue();
      }
      try (Session session = model.newSession()) {
        for (int i = 0; i < LENGTH; i++) {
          assertThat(session.append(ids[i])).as("id by id, at %d", i).isEqualTo(before.get(i));
        }
      }
    }
  }

  /** A parallel decoder does not see the bytes of the patch that it writes: later logits do. */
  private static boolean differs(List<float[]> after, List<float[]> before, int from) {
    for (int i = from; i < Math.min(LENGTH, from + 13); i++) {
      if (!java.util.Arrays.equals(after.get(i), before.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static List<float[]> all(LanguageModel model, int[] ids) {
    List<float[]> list = new ArrayList<>();
    try (Session session = model.newSession()) {
      session.append(ids, (_, logits) -> list.add(logits.clone()));
    }
    return list;
  }
}
