package dev.stlm.tokenizer.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.PatcherContract;
import dev.stlm.tokenizer.Patchers;
import dev.stlm.tokenizer.Texts;
import dev.stlm.tokenizer.internal.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BpePatcherTest extends PatcherContract {
  private final Gpt2Tokenizer gpt2 = new Gpt2Tokenizer();

  @Override
  protected Patcher patcher(int cap) {
    return new BpePatcher(cap);
  }

  @Example
  void patchesEndWithTheFirstCharacterAfterAToken() {
    assertThat(patches("To be, or not: it's 2 x.", 12))
        .containsExactly("To ", "be,", " or ", "not:", " it'", "s ", "2 ", "x.");
    // "stuf" is two tokens, "stuff" is one: a patch once ended stays so
    assertThat(patches("unbelievable stuff,", 12))
        .containsExactly("unb", "eli", "evable ", "stu", "ff,");
  }

  /** The definition, by an encoding of every beginning of the text. */
  @Property
  void itAgreesWithTheEncodingsOfAllBeginnings(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap) {
    assertThat(new BpePatcher(cap).ends(text)).isEqualTo(endsByDefinition(text, cap));
  }

  @Example
  void itAgreesWithTheEncodingsOfAllBeginningsOfEnglish() {
    byte[] english = Texts.english();
    for (int at = 0; at + 1000 <= english.length; at += 1000) {
      byte[] piece = Arrays.copyOfRange(english, at, at + 1000);
      assertThat(new BpePatcher(12).ends(piece)).isEqualTo(endsByDefinition(piece, 12));
    }
  }

  @Example
  void itAgreesOnRunsThatAreLongerThanTheLongestToken() {
    for (String run : List.of("a", "ab", " ", "\n", "-", "=-", "0", "ÃÂ", "日", "😀")) {
      byte[] text = ("x " + run.repeat(700 / run.length())).getBytes(StandardCharsets.UTF_8);
      assertThat(new BpePatcher(60_000).ends(text)).isEqualTo(endsByDefinition(text, 60_000));
    }
  }

  @Example
  void aMillionLettersOrBlanksTakeNoLongerThanOtherText() {
    for (String run : List.of("a", "ab", " ", "-", "ä")) {
      byte[] text = run.repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
      boolean[] ends =
          assertTimeoutPreemptively(
              Duration.ofSeconds(30), () -> new BpePatcher(12).ends(text), "not linear");
      assertThat(ends).hasSameSizeAs(text);
    }
  }

  @Example
  void nothingEndsWhileACharacterIsIncomplete() {
    byte[] text = "x, 日本".getBytes(StandardCharsets.UTF_8);
    boolean[] ends = new BpePatcher(12).ends(text);
    assertThat(Arrays.copyOfRange(ends, 3, 5)).containsOnly(false);
    assertThat(Arrays.copyOfRange(ends, 6, 8)).containsOnly(false);
  }

  @Example
  void theCapIsTwelveUnlessTold() {
    assertThat(Patchers.create("bpe", Map.of()).cap()).isEqualTo(12);
  }

  private boolean[] endsByDefinition(byte[] text, int cap) {
    boolean[] ends = new boolean[text.length];
    int length = 0;
    for (int t = 0; t < text.length; t++) {
      length++;
      int unit = lastUnit(text, t + 1);
      boolean token =
          unit > 0
              && length > unit
              && tokenEndsAt(gpt2.encode(Arrays.copyOf(text, t + 1)), t + 1 - unit);
      ends[t] = token || length == cap;
      length = ends[t] ? 0 : length;
    }
    return ends;
  }

  /** Length of the last character, or stray byte, of a text; 0 if the text ends inside one. */
  private static int lastUnit(byte[] text, int end) {
    int unit = 0;
    for (int at = 0; at < end; at += unit) {
      int length = Utf8.character(text, at, end);
      if (length == Utf8.CUT) {
        return 0;
      }
      unit = Math.max(1, length);
    }
    return unit;
  }

  private boolean tokenEndsAt(int[] ids, int wanted) {
    int at = 0;
    for (int i = 0; i < ids.length && at < wanted; i++) {
      at += gpt2.byteLength(ids[i]);
    }
    return at == wanted;
  }

  private static List<String> patches(String text, int cap) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean[] ends = new BpePatcher(cap).ends(bytes);
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
