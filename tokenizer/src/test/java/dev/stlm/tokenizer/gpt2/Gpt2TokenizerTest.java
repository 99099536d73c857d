package dev.stlm.tokenizer.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Texts;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class Gpt2TokenizerTest {
  private static final Encoding REFERENCE =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);

  private final Tokenizer tokenizer = new Gpt2Tokenizer();

  @Provide
  Arbitrary<byte[]> text() {
    return Texts.all();
  }

  @Provide
  Arbitrary<String> wellFormed() {
    return Texts.wellFormed();
  }

  @Property
  void everyByteStringComesBack(@ForAll("text") byte[] text) {
    int[] ids = tokenizer.encode(text);
    assertThat(tokenizer.decode(ids)).isEqualTo(text);
    assertThat(Arrays.stream(ids).map(tokenizer::byteLength).sum()).isEqualTo(text.length);
    assertThat(ids).doesNotContain(Gpt2Tokenizer.END_OF_TEXT);
  }

  @Property
  void wellFormedTextIsEncodedAsJtokkitDoes(@ForAll("wellFormed") String text) {
    assertThat(tokenizer.encode(text)).isEqualTo(REFERENCE.encodeOrdinary(text).toArray());
  }

  /** golden.py made the file. */
  @Example
  void textsAreEncodedAsTiktokenDoes() throws IOException {
    List<String> lines;
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("golden.txt"), "golden.txt")) {
      lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
    assertThat(lines).hasSizeGreaterThan(60);
    for (String line : lines) {
      String[] textAndIds = line.split(" ");
      byte[] text = HexFormat.of().parseHex(textAndIds[0]);
      int[] ids = Arrays.stream(textAndIds[1].split(",")).mapToInt(Integer::parseInt).toArray();
      assertThat(tokenizer.encode(text))
          .as(new String(text, StandardCharsets.UTF_8))
          .isEqualTo(ids);
    }
  }

  @Example
  void knownTextsHaveTheirPublishedIds() {
    assertThat(tokenizer.encode("Hello world")).containsExactly(15496, 995);
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Example
  void longTextIsCutWhereNoTokenIsTorn() {
    StringBuilder text = new StringBuilder();
    String english = new String(Texts.english(), StandardCharsets.UTF_8);
    while (text.length() < 400_000) {
      text.append(english).append("  \n ").append("x".repeat(70_000)).append("\n'tis ");
    }
    assertThat(tokenizer.encode(text.toString()))
        .isEqualTo(REFERENCE.encodeOrdinary(text.toString()).toArray());
  }

  @Example
  void whatIsNotUtf8IsAnIdAByte() {
    byte[] text = {'a', (byte) 0xE6, (byte) 0x97, 'b', (byte) 0xFF};
    assertThat(tokenizer.encode(text)).hasSize(5);
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Example
  void specialTextIsPlainTextAndTheSpecialIdStandsForNoBytes() {
    assertThat(tokenizer.encode("<|endoftext|>")).hasSizeGreaterThan(1);
    assertThat(tokenizer.decode(new int[] {15496, 50256, 995}))
        .isEqualTo("Hello world".getBytes(StandardCharsets.UTF_8));
    assertThat(tokenizer.endOfText()).isEqualTo(50256);
    assertThat(tokenizer.byteLength(50256)).isZero();
    assertThat(tokenizer.vocabularySize()).isEqualTo(50257);
  }

  @Example
  void idsOutsideTheVocabularyAreRefused() {
    for (int id : new int[] {-1, 50257, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> tokenizer.decode(new int[] {0, id}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("id " + id + " ");
      assertThatThrownBy(() -> tokenizer.byteLength(id)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Example
  void itIsFoundByTypeAndTakesNoSettings() {
    assertThat(Tokenizers.create("gpt2", Map.of())).isInstanceOf(Gpt2Tokenizer.class);
    assertThatThrownBy(() -> Tokenizers.create("gpt2", Map.of("vocabulary", "x")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vocabulary");
  }
}
