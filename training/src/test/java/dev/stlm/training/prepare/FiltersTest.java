package dev.stlm.training.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.model.config.StrictJson;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiltersTest {
  private static final String ENGLISH =
      "He was the last of them that had been in the house on the hill, and when the night came he"
          + " would sit by the fire and think of what they had said to him there.";
  private static final String GERMAN =
      "Er war der letzte von ihnen, der in dem Haus auf dem Hügel gewesen war, und wenn die Nacht"
          + " kam, saß er am Feuer und dachte an das, was sie ihm dort gesagt hatten.";

  @Test
  void lengthIsInBytes() {
    DocumentFilter filter = filter("{\"type\": \"length\", \"min\": 3, \"max\": 5}");
    assertThat(filter.keeps("ab".getBytes(UTF_8))).isFalse();
    assertThat(filter.keeps("aé".getBytes(UTF_8))).isTrue();
    assertThat(filter.keeps("abcdef".getBytes(UTF_8))).isFalse();
  }

  @Test
  void charactersDropWhatIsNotProse() {
    DocumentFilter filter = filter("{\"type\": \"characters\"}");
    assertThat(filter.keeps(ENGLISH.getBytes(UTF_8))).isTrue();
    assertThat(filter.keeps("これは日本語の文章です。हिन्दी में".getBytes(UTF_8))).isTrue();
    assertThat(filter.keeps("12.5 | 33.1 | 40.0 | total 85.6".getBytes(UTF_8))).isFalse();
    byte[] binary = ENGLISH.getBytes(UTF_8);
    for (int i = 0; i < binary.length; i += 20) {
      binary[i] = (byte) 0xFE;
    }
    assertThat(filter.keeps(binary)).isFalse();
  }

  @Test
  void repetitionDropsWhatSaysTheSameAgain() {
    DocumentFilter filter = filter("{\"type\": \"repetition\"}");
    String prose = numbered("the %d day of the voyage was calm", 40);
    assertThat(filter.keeps(prose.getBytes(UTF_8))).isTrue();
    assertThat(filter.keeps((prose + "home\nabout\n".repeat(200)).getBytes(UTF_8))).isFalse();
    // one line, but the same words again
    String spun = ENGLISH + " " + ENGLISH;
    assertThat(filter.keeps(spun.getBytes(UTF_8))).isFalse();
    assertThat(filter("{\"type\": \"repetition\", \"runs\": 0.6}").keeps(spun.getBytes(UTF_8)))
        .isTrue();
  }

  @Test
  void englishKeepsEnglishAndWhatIsTooShortToTell() {
    DocumentFilter filter = filter("{\"type\": \"english\"}");
    assertThat(filter.keeps(ENGLISH.getBytes(UTF_8))).isTrue();
    assertThat(filter.keeps(GERMAN.getBytes(UTF_8))).isFalse();
    assertThat(filter.keeps("Guten Tag, Herr Nachbar!".getBytes(UTF_8))).isTrue();
  }

  @Test
  void unknownTypesAndSettingsAreRefused() {
    assertThatThrownBy(() -> filter("{\"type\": \"quality\"}"))
        .hasMessage(
            "filter: there is no type quality; use one of characters, english, length, repetition");
    assertThatThrownBy(() -> filter("{\"type\": \"length\", \"least\": 3}"))
        .hasMessageContaining("length")
        .hasMessageContaining("least");
    assertThatThrownBy(() -> filter("{\"min\": 3}")).hasMessageContaining("with a type");
    assertThatThrownBy(() -> filter("{\"type\": \"english\", \"share\": 2}"))
        .hasMessageContaining("allowed: 0 to 1");
  }

  private static DocumentFilter filter(String json) {
    return FilterTypes.create(StrictJson.readTree(json, "test"));
  }

  private static String numbered(String line, int count) {
    return IntStream.range(0, count)
        .mapToObj(line::formatted)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
