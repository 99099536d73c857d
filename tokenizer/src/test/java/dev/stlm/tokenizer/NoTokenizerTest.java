package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NoTokenizerTest {
  @Test
  void itKnowsIdsAndRefusesText() {
    Tokenizer none = new NoTokenizer(320, 2);
    assertThat(none.vocabularySize()).isEqualTo(320);
    assertThat(none.startOfText()).isEqualTo(2);
    assertThatThrownBy(() -> none.encode("a"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("without a tokenizer")
        .hasMessageContaining("tokenizer.json");
    assertThatThrownBy(() -> none.decode(new int[] {1})).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void itsSettingsMakeItAgain() {
    Tokenizer none = Tokenizers.create("none", new NoTokenizer(320, 2).settings());
    assertThat(none.vocabularySize()).isEqualTo(320);
    assertThat(none.endOfText()).isEqualTo(2);
    assertThatThrownBy(() -> Tokenizers.create("none", Map.of("endOfText", "2")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vocabularySize 0");
    assertThatThrownBy(() -> Tokenizers.create("none", Map.of("vocabularySize", "9", "x", "2")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("unknown setting x");
  }
}
