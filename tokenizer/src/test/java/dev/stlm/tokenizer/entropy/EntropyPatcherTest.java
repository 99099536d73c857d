package dev.stlm.tokenizer.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.PatcherContract;
import dev.stlm.tokenizer.Patchers;
import dev.stlm.tokenizer.Texts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EntropyPatcherTest extends PatcherContract {
  private static final EntropyTable TABLE = english(3);

  static EntropyTable english(int context) {
    try {
      return EntropyTable.train(new ByteArrayInputStream(Texts.english()), context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Patcher patcher(int cap) {
    return new EntropyPatcher(TABLE, 2.5, cap);
  }

  @Property
  void aPatchEndsWhereTheNextByteIsHardToGuessOrAtTheCap(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 20) int cap) {
    boolean[] ends = patcher(cap).ends(text);
    int length = 0;
    for (int t = 0; t < text.length; t++) {
      length++;
      int history = 0;
      for (int i = Math.max(0, t - 2); i <= t; i++) {
        history = history << 8 | (text[i] & 0xFF);
      }
      assertThat(ends[t]).isEqualTo(TABLE.bits(history) > 2.5 || length == cap);
      length = ends[t] ? 0 : length;
    }
  }

  @Example
  void aHigherThresholdGivesLongerPatches() {
    byte[] text = Texts.english();
    assertThat(new EntropyPatcher(TABLE, 0, 12).meanPatch(text)).isLessThan(1.5);
    assertThat(new EntropyPatcher(TABLE, 3, 12).meanPatch(text))
        .isGreaterThan(new EntropyPatcher(TABLE, 2, 12).meanPatch(text));
    assertThat(new EntropyPatcher(TABLE, 8, 12).meanPatch(text)).isGreaterThan(11);
  }

  @Example
  void theTableAndTheThresholdHaveToBeGiven() {
    Map<String, String> settings = patcher(7).settings();
    assertThat(settings.keySet()).containsExactly("cap", "threshold", "table");
    assertThat(
            Patchers.create(
                    "entropy",
                    Map.of("table", settings.get("table"), "threshold", settings.get("threshold")))
                .cap())
        .isEqualTo(12);
    for (String missing : new String[] {"table", "threshold"}) {
      Map<String, String> rest = new HashMap<>(settings);
      rest.remove(missing);
      assertThatThrownBy(() -> Patchers.create("entropy", rest))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(missing + " is missing");
    }
  }

  @Example
  void aThresholdOutsideTheEntropiesOfAByteIsRefused() {
    for (double bad : new double[] {-0.1, 8.1, Double.NaN}) {
      assertThatThrownBy(() -> new EntropyPatcher(TABLE, bad, 12))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("threshold");
    }
  }
}
