package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ByteTokenizerTest {
  private final Tokenizer tokenizer = new ByteTokenizer();

  @Property
  void everyByteStringComesBack(@ForAll byte[] text) {
    int[] ids = tokenizer.encode(text);
    assertThat(tokenizer.decode(ids)).isEqualTo(text);
    assertThat(ids).hasSameSizeAs(text);
    assertThat(IntStream.of(ids)).allMatch(id -> id >= 0 && id < 256);
  }

  @Property
  void textOfEveryUnicodePlaneComesBack(@ForAll("text") String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] back = tokenizer.decode(tokenizer.encode(text));
    assertThat(back).isEqualTo(utf8);
    assertThat(new String(back, StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.integers()
        .between(0, Character.MAX_CODE_POINT)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .array(int[].class)
        .ofMaxSize(64)
        .map(points -> new String(points, 0, points.length));
  }

  @Example
  void oneCharacterOfEachPlaneComesBack() {
    StringBuilder text = new StringBuilder();
    for (int plane = 0; plane <= 16; plane++) {
      text.appendCodePoint((plane << 16) + 0x41);
    }
    assertThat(
            new String(tokenizer.decode(tokenizer.encode(text.toString())), StandardCharsets.UTF_8))
        .isEqualTo(text.toString());
  }

  @Example
  void whatIsNotUtf8ComesBackToo() {
    byte[][] invalid = {
      {(byte) 0x80}, // a continuation byte alone
      {(byte) 0xC3}, // a cut character
      {(byte) 0xC0, (byte) 0xAF}, // an overlong slash
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, // after the last plane
      {(byte) 0xFE, (byte) 0xFF, 0} // never in UTF-8
    };
    for (byte[] bytes : invalid) {
      assertThat(tokenizer.decode(tokenizer.encode(bytes))).isEqualTo(bytes);
    }
  }

  @Example
  void namesOfSpecialIdsInTextAreJustText() {
    int[] ids = tokenizer.encode("<|endoftext|>");
    assertThat(ids).hasSize(13).doesNotContain(ByteTokenizer.END_OF_TEXT);
  }

  @Example
  void specialIdsStandForNoBytes() {
    int[] ids = {ByteTokenizer.USER, 'h', ByteTokenizer.PAD, 'i', ByteTokenizer.END_OF_TEXT};
    assertThat(tokenizer.decode(ids)).isEqualTo(new byte[] {'h', 'i'});
    assertThat(tokenizer.byteLength('h')).isEqualTo(1);
    assertThat(tokenizer.byteLength(ByteTokenizer.PAD)).isZero();
    assertThat(tokenizer.endOfText()).isEqualTo(256);
    assertThat(tokenizer.vocabularySize()).isEqualTo(260);
  }

  @Property
  void idsOutsideTheVocabularyAreRefused(@ForAll int id) {
    if (id >= 0 && id < 260) {
      assertThat(tokenizer.decode(new int[] {id})).hasSizeLessThanOrEqualTo(1);
    } else {
      assertThatThrownBy(() -> tokenizer.decode(new int[] {'a', id}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("id " + id + " ");
    }
  }

  @Example
  void itIsFoundByTypeAndTakesNoSettings() {
    assertThat(Tokenizers.create("byte", Map.of())).isInstanceOf(ByteTokenizer.class);
    assertThatThrownBy(() -> Tokenizers.create("byte", Map.of("merges", "x")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("merges");
    assertThatThrownBy(() -> Tokenizers.create("words", Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("unknown tokenizer type \"words\"; on the class path: byte, gpt2, llama, none");
  }
}
