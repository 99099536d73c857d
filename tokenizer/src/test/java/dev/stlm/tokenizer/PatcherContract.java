package dev.stlm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every patcher, on every byte string. */
public abstract class PatcherContract {
  /** The patcher under test with this cap, from 1 to 20. */
  protected abstract Patcher patcher(int cap);

  @Provide
  public Arbitrary<byte[]> text() {
    return Texts.all();
  }

  @Property
  void wholeTextAndStreamAndForkAgree(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap, @ForAll int at) {
    Patcher patcher = patcher(cap);
    boolean[] ends = patcher.ends(text);
    int fork = text.length == 0 ? 0 : Math.floorMod(at, text.length);
    Patcher.Tracker stream = patcher.tracker();
    for (int i = 0; i < fork; i++) {
      assertThat(stream.accept(text[i])).isEqualTo(ends[i]);
    }
    Patcher.Tracker forked = stream.fork();
    // what the first reads must not move its fork
    for (byte other : "a b c's 日  ".getBytes(StandardCharsets.UTF_8)) {
      stream.accept(other);
    }
    for (int i = fork; i < text.length; i++) {
      assertThat(forked.accept(text[i])).isEqualTo(ends[i]);
    }
  }

  @Property
  void whatFollowsChangesNoEndBeforeIt(
      @ForAll("text") byte[] text,
      @ForAll("text") byte[] other,
      @ForAll @IntRange(min = 1, max = 20) int cap,
      @ForAll int at) {
    int kept = Math.floorMod(at, text.length + 1);
    byte[] changed = Arrays.copyOf(text, kept + other.length);
    System.arraycopy(other, 0, changed, kept, other.length);
    Patcher patcher = patcher(cap);
    assertThat(Arrays.copyOf(patcher.ends(changed), kept))
        .isEqualTo(Arrays.copyOf(patcher.ends(text), kept));
  }

  @Property
  void patchesAreNoLongerThanTheCapAndHoldEveryByteOnce(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap) {
    Patcher patcher = patcher(cap);
    assertThat(patcher.cap()).isEqualTo(cap);
    boolean[] ends = patcher.ends(text);
    assertThat(ends).hasSameSizeAs(text);
    int start = 0;
    int patches = 0;
    for (int i = 0; i < text.length; i++) {
      if (ends[i] || i == text.length - 1) {
        assertThat(i + 1 - start).isBetween(1, cap);
        start = i + 1;
        patches++;
      }
    }
    assertThat(start).isEqualTo(text.length);
    assertThat(patcher.meanPatch(text))
        .isEqualTo(text.length == 0 ? 0 : (double) text.length / patches);
  }

  @Property(tries = 50)
  void itIsMadeAgainFromItsTypeAndSettings(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap) {
    Patcher patcher = patcher(cap);
    Patcher again = Patchers.create(patcher.type(), patcher.settings());
    assertThat(again).hasSameClassAs(patcher);
    assertThat(again.settings()).isEqualTo(patcher.settings());
    assertThat(again.cap()).isEqualTo(cap);
    assertThat(again.ends(text)).isEqualTo(patcher.ends(text));
  }

  @Example
  void anUnknownSettingOrABadValueIsRefusedByName() {
    Patcher patcher = patcher(5);
    assertThat(patcher.settings()).isNotEmpty();
    refused(patcher, "colour", "red");
    for (String key : patcher.settings().keySet()) {
      refused(patcher, key, "many");
      refused(patcher, key, "-1");
    }
  }

  private static void refused(Patcher patcher, String key, String value) {
    Map<String, String> settings = new LinkedHashMap<>(patcher.settings());
    settings.put(key, value);
    assertThatThrownBy(() -> Patchers.create(patcher.type(), settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(patcher.type() + " patcher")
        .hasMessageContaining(key)
        .hasMessageNotContaining("\n");
  }
}
