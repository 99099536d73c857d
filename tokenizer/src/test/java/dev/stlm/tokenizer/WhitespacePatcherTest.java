package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WhitespacePatcherTest extends PatcherContract {
  @Override
  protected Patcher patcher(int cap) {
    return new WhitespacePatcher(cap);
  }

  @Example
  void patchesEndWithTheFirstByteAfterAWord() {
    assertThat(patches("To be, or not: it's 2 x.", 12))
        .containsExactly("To ", "be,", " or ", "not:", " it'", "s ", "2 ", "x.");
    assertThat(patches("  \n lead", 12)).containsExactly("  \n lead");
    assertThat(patches("día größer 日本 ", 12)).containsExactly("día ", "größer ", "日本 ");
  }

  @Example
  void longWordsAndLongGapsAreSplitAtTheCapAndNothingIsLost() {
    assertThat(patches("internationalization of", 12))
        .containsExactly("internationa", "lization ", "of");
    assertThat(patches("--------------x ", 4)).containsExactly("----", "----", "----", "--x ");
    assertThat(patches("abcd ef ", 4)).containsExactly("abcd", " ", "ef ");
    assertThat(patches("abc", 1)).containsExactly("a", "b", "c");
  }

  @Property
  void noPatchIsLongerThanTheCapAndShorterOnesEndAfterAWord(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap) {
    boolean[] ends = new WhitespacePatcher(cap).ends(text);
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      length++;
      boolean afterWord =
          i > 0
              && WhitespacePatcher.isWordByte(text[i - 1])
              && !WhitespacePatcher.isWordByte(text[i]);
      assertThat(ends[i]).isEqualTo(afterWord || length == cap);
      length = ends[i] ? 0 : length;
    }
  }

  @Example
  void wordBytesAreLettersDigitsAndEverythingFrom128() {
    StringBuilder words = new StringBuilder();
    for (int b = 0; b < 128; b++) {
      if (WhitespacePatcher.isWordByte((byte) b)) {
        words.append((char) b);
      }
    }
    assertThat(words).hasToString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    for (int b = 128; b < 256; b++) {
      assertThat(WhitespacePatcher.isWordByte((byte) b)).isTrue();
    }
  }

  @Example
  void itIsFoundByTypeWithItsSettings() {
    assertThat(Patchers.create("whitespace", Map.of()))
        .isInstanceOfSatisfying(WhitespacePatcher.class, p -> assertThat(p.cap()).isEqualTo(12));
    for (Map<String, String> bad :
        List.of(Map.of("cap", "0"), Map.of("cap", "many"), Map.of("size", "3"))) {
      assertThatThrownBy(() -> Patchers.create("whitespace", bad))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(bad.keySet().iterator().next());
    }
  }

  private static List<String> patches(String text, int cap) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean[] ends = new WhitespacePatcher(cap).ends(bytes);
    List<String> patches = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (ends[i] || i == bytes.length - 1) {
        patches.add(new String(bytes, start, i + 1 - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return patches;
  }
}
