package dev.stlm.tokenizer.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Patcher;
import dev.stlm.tokenizer.Texts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class EntropyThresholdTest {
  private static final EntropyTable TABLE = EntropyPatcherTest.english(2);
  private static final byte[] TEXT = Texts.english();

  @Property(tries = 20)
  void noOtherThresholdComesCloserToTheWantedLength(
      @ForAll @DoubleRange(min = 1, max = 8) double wanted,
      @ForAll @IntRange(min = 8, max = 20) int cap,
      @ForAll @DoubleRange(min = 0, max = 8) double other) {
    EntropyThreshold found = EntropyThreshold.find(TABLE, TEXT, wanted, cap);
    double mean = new EntropyPatcher(TABLE, found.bits(), cap).meanPatch(TEXT);
    assertThat(found.meanPatch()).isEqualTo(mean);
    double otherMean = new EntropyPatcher(TABLE, other, cap).meanPatch(TEXT);
    assertThat(Math.abs(mean - wanted)).isLessThanOrEqualTo(Math.abs(otherMean - wanted));
  }

  @Example
  void aLengthOfWordPiecesIsMetClosely() throws IOException {
    InputStream text = new ByteArrayInputStream(TEXT);
    byte[] sample = TEXT;
    // @start region="train"
    EntropyTable table = EntropyTable.train(text, 3);
    EntropyThreshold threshold = EntropyThreshold.find(table, sample, 4, 12);
    Patcher patcher = new EntropyPatcher(table, threshold.bits(), 12);
    // @end
    assertThat(patcher.meanPatch(sample)).isCloseTo(4, within(0.3));
  }

  @Example
  void whatCanNotBeHadIsRefused() {
    for (double wanted : new double[] {0.9, 12.1, Double.NaN}) {
      assertThatThrownBy(() -> EntropyThreshold.find(TABLE, TEXT, wanted, 12))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("allowed: 1 to the cap of 12");
    }
    assertThatThrownBy(() -> EntropyThreshold.find(TABLE, new byte[0], 4, 12))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
  }
}
