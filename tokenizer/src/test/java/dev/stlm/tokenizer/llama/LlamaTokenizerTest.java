package dev.stlm.tokenizer.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.tokenizer.llama.LlamaVocabulary.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaTokenizerTest {
  /** Single characters, then what merges make of them; the last two ids have no token. */
  private static final List<String> PIECES =
      List.of(
          "▁", "a", "b", "c", "é", "灯", "🙂", "ab", "▁a", "▁ab", "▁▁", "bc", "abc", "▁▁▁▁", "cc",
          "\\", "\\s", "s", "", "");

  private static final LlamaVocabulary VOCABULARY = vocabulary();
  private static final Tokenizer TOKENIZER = new LlamaTokenizer(VOCABULARY, 1, 2, true);

  @Property(tries = 500)
  void everyByteStringComesBack(@ForAll byte[] text) {
    assertThat(TOKENIZER.decode(TOKENIZER.encode(text))).isEqualTo(text);
  }

  @Property(tries = 500)
  void textsOfItsOwnTokensComeBackAndAreMergedAsASlowMergerDoes(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int length) {
    Random random = new Random(seed);
    String[] parts = {" ", "a", "b", "c", "é", "灯", "🙂", "▁", "\n", "\\", "s"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int[] ids = TOKENIZER.encode(bytes);
    assertThat(TOKENIZER.decode(ids)).isEqualTo(bytes);
    assertThat(ids).isEqualTo(slowly(text.toString()));
    int sum = Arrays.stream(ids).map(TOKENIZER::byteLength).sum();
    assertThat(sum).isEqualTo(length == 0 ? 0 : bytes.length + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `ab`    | `▁ab`
          `abc`   | `▁a bc`
          ` ab`   | `▁ ▁ab`
          `   a`  | `▁▁ ▁ ▁a`
          `cccc`  | `▁ cc cc`
          `x`     | `▁ <0x78>`
          `a\\nb` | `▁a <0x0A> b`
          `灯é🙂`  | `▁ 灯 é 🙂`
          `▁`     | `▁ <0xE2> <0x96> <0x81>`
          `<s>`   | `▁ <0x3C> s <0x3E>`
          `<0x61>`| `▁ <0x3C> <0x30> <0x78> <0x36> <0x31> <0x3E>`
          """)
  void textBecomesTheseTokens(String text, String tokens) {
    int[] ids = TOKENIZER.encode(text.replace("\\n", "\n"));
    List<String> got = Arrays.stream(ids).mapToObj(VOCABULARY.tokens()::get).toList();
    assertThat(String.join(" ", got)).isEqualTo(tokens);
  }

  @Test
  void bytesThatAreNoCharacterBecomeTheirOwnTokens() {
    byte[] text = {(byte) 0xFF, 'a', (byte) 0xC3, (byte) 0xE7, (byte) 0x81};
    int[] ids = TOKENIZER.encode(text);
    assertThat(Arrays.stream(ids).mapToObj(VOCABULARY.tokens()::get))
        .containsExactly("▁", "<0xFF>", "a", "<0xC3>", "<0xE7>", "<0x81>");
  }

  @Test
  void onlyTheStartOfATextLosesItsBlank() {
    int[] ids = TOKENIZER.encode("ab ab");
    assertThat(TOKENIZER.decodeNext(new int[] {ids[0]})).asString().isEqualTo(" ab");
    assertThat(TOKENIZER.decode(ids)).asString().isEqualTo("ab ab");
    assertThat(TOKENIZER.decode(new int[] {1, ids[0], 2})).asString().isEqualTo("ab");
    assertThat(TOKENIZER.decode(new int[] {261})).asString().isEqualTo("b");
    Tokenizer bare = new LlamaTokenizer(VOCABULARY, 1, 2, false);
    assertThat(bare.encode("ab")).hasSize(1);
    assertThat(bare.decode(bare.encode(" ab"))).asString().isEqualTo(" ab");
  }

  @Test
  void aPromptStartsWithTheStartOfText() {
    assertThat(TOKENIZER.encodePrompt(new byte[0])).containsExactly(1);
    assertThat(TOKENIZER.encodePrompt(new byte[] {'a', 'b'})).startsWith(1).hasSize(2);
    assertThat(TOKENIZER.startOfText()).isEqualTo(1);
    assertThat(TOKENIZER.endOfText()).isEqualTo(2);
  }

  @Test
  void idsWithoutATokenStandForNothing() {
    int last = TOKENIZER.vocabularySize() - 1;
    assertThat(TOKENIZER.byteLength(last)).isZero();
    assertThat(TOKENIZER.decode(new int[] {0, last, 260})).asString().isEqualTo("a");
    assertThatThrownBy(() -> TOKENIZER.decode(new int[] {last + 1}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("tokenizer: id 279 is not one of 0 to 278");
  }

  @Test
  void itsSettingsMakeItAgain() {
    Tokenizer again = Tokenizers.create(TOKENIZER.type(), TOKENIZER.settings());
    assertThat(((LlamaTokenizer) again).vocabulary()).isEqualTo(VOCABULARY);
    assertThat(again.settings()).isEqualTo(TOKENIZER.settings());
    assertThat(again.startOfText()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          prefix      | yes     | prefix is "yes"; allowed: true, false
          startOfText | 5       | start of text is 5, which is not a special id
          endOfText   | x       | endOfText holds "x"; it should be a whole number
          special     | 1 2 900 | special id 900 is not one of the ids
          merges      | 1 2 3   | merges has an odd number of ids
          merges      | 1 -2    | a merge of 1 and -2, which are not both ids
          merges      | 261 260 | merge 0 of tokens 261 and 260 makes no token that text may become
          tokens      | a b c   | no token <0x00>; all 256 bytes need one
          unk         | 0       | unknown setting unk; allowed: prefix, startOfText, endOfText
          """)
  void badSettingsAreNamed(String key, String value, String expected) {
    Map<String, String> settings = new LinkedHashMap<>(TOKENIZER.settings());
    settings.put(key, value);
    assertThatThrownBy(() -> Tokenizers.create("llama", settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("llama tokenizer: " + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefix", "startOfText", "endOfText", "special", "tokens", "merges"})
  void missingSettingsAreNamed(String key) {
    Map<String, String> settings = new LinkedHashMap<>(TOKENIZER.settings());
    settings.remove(key);
    assertThatThrownBy(() -> Tokenizers.create("llama", settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(key + " is missing");
  }

  @Test
  void repeatedTokensAndMergesAreRefused() {
    List<String> tokens = new ArrayList<>(VOCABULARY.tokens());
    tokens.add("ab");
    assertThatThrownBy(() -> new LlamaVocabulary(tokens, List.of(), Set.of()))
        .hasMessage("llama tokenizer: token 279 is there twice");
    List<Merge> merges = new ArrayList<>(VOCABULARY.merges());
    merges.add(merges.getFirst());
    LlamaVocabulary twice = new LlamaVocabulary(VOCABULARY.tokens(), merges, VOCABULARY.special());
    assertThatThrownBy(() -> new LlamaTokenizer(twice, 1, 2, true))
        .hasMessageContaining("is there twice");
  }

  private static LlamaVocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    tokens.addAll(PIECES);
    List<Merge> merges = new ArrayList<>();
    for (String pair :
        List.of("▁ a", "b c", "a b", "▁a b", "▁ ▁", "c c", "▁▁ ▁▁", "ab c", "\\ s")) {
      int blank = pair.indexOf(' ');
      merges.add(
          new Merge(
              tokens.indexOf(pair.substring(0, blank)), tokens.indexOf(pair.substring(blank + 1))));
    }
    return new LlamaVocabulary(tokens, merges, Set.of(0, 1, 2));
  }

  /** The definition: of all pairs the one of the best merge, the first of equal ones. */
  private static int[] slowly(String text) {
    List<String> tokens = VOCABULARY.tokens();
    int blank = tokens.indexOf("▁");
    List<Integer> ids = new ArrayList<>();
    if (!text.isEmpty()) {
      ids.add(blank);
    }
    text.codePoints()
        .forEach(c -> {
          String character = Character.toString(c);
          int id = c == ' ' ? blank : c == '▁' ? -1 : tokens.indexOf(character);
          if (id >= 0) {
            ids.add(id);
          } else {
            for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
              ids.add(3 + (b & 0xFF));
            }
          }
        });
    while (mergeOne(ids)) {}
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean mergeOne(List<Integer> ids) {
    List<String> tokens = VOCABULARY.tokens();
    for (Merge m : VOCABULARY.merges()) {
      for (int i = 0; i + 1 < ids.size(); i++) {
        if (ids.get(i) == m.left() && ids.get(i + 1) == m.right()) {
          ids.set(i, tokens.indexOf(tokens.get(m.left()) + tokens.get(m.right())));
          ids.subList(i + 1, i + 2).clear();
          return true;
        }
      }
    }
    return false;
  }
}
