package dev.stlm.tokenizer.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.Texts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EntropyTableTest {
  /** Rounding to sixteenths of a bit. */
  private static final double ROUNDING = 1 / 32.0 + 1e-9;

  @Provide
  Arbitrary<byte[]> text() {
    return Texts.all().filter(text -> text.length > 0);
  }

  @Example
  void aByteThatIsAlwaysFollowedByTheSameOneSaysMost() throws IOException {
    EntropyTable table = train("abcabdabeabf".repeat(50).getBytes(StandardCharsets.US_ASCII), 2);
    // after "a" comes "b"; after "ab" one of four; after "x", never seen, any of the six
    assertThat(table.bits('a')).isLessThan(0.2);
    assertThat(table.bits('a' << 8 | 'b')).isCloseTo(2, within(0.15));
    assertThat(table.bits('x')).isCloseTo(2.25, within(0.15));
  }

  @Property(tries = 100)
  void everyEntropyIsThatOfTheInterpolatedModel(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 2) int context)
      throws IOException {
    EntropyTable table = train(text, context);
    int history = 0;
    for (byte b : text) {
      assertThat(table.bits(history)).isCloseTo(entropy(text, history, context), within(ROUNDING));
      history = history << 8 | (b & 0xFF);
    }
    assertThat(table.bits(0x00F1F2F3))
        .isCloseTo(entropy(text, 0xF1F2F3, context), within(ROUNDING));
  }

  @Example
  void contextsOfThreeBytesAreToldApart() throws IOException {
    byte[] text = "xbcdxbcdxbcdybceybceybce".repeat(10).getBytes(StandardCharsets.US_ASCII);
    EntropyTable table = train(text, 3);
    int three = 'x' << 16 | 'b' << 8 | 'c';
    assertThat(table.bits(three)).isCloseTo(entropy(text, three, 3), within(ROUNDING));
    assertThat(table.bits(three)).isLessThan(0.4);
    assertThat(train(text, 2).bits(three)).isGreaterThan(0.9);
    // what lies above the context does not count
    assertThat(table.bits('z' << 24 | three)).isEqualTo(table.bits(three));
  }

  @Property(tries = 50)
  void theTextHoldsTheWholeTable(
      @ForAll("text") byte[] text, @ForAll @IntRange(min = 1, max = 3) int context)
      throws IOException {
    EntropyTable table = train(text, context);
    EntropyTable again = EntropyTable.decode(table.encode());
    assertThat(again.context()).isEqualTo(context);
    assertThat(again.encode()).isEqualTo(table.encode());
    int history = 0;
    for (byte b : text) {
      history = history << 8 | (b & 0xFF);
      assertThat(again.bits(history)).isEqualTo(table.bits(history)).isBetween(0.0, 8.0);
    }
  }

  @Example
  void noTextMakesATableThatIsTooLongToRead() throws IOException {
    byte[] noise = new byte[1_000_000];
    new Random(1).nextBytes(noise);
    EntropyTable table = train(noise, 3);
    assertThat(table.encode()).hasSizeLessThan(EntropyTable.LONGEST_TEXT);
    assertThat(EntropyTable.decode(table.encode()).bits(0)).isGreaterThan(6.5);
    byte[] words = new byte[500_000];
    Random random = new Random(1);
    for (int i = 0; i < words.length; i++) {
      words[i] = (byte) (random.nextGaussian() * 12);
    }
    EntropyTable uneven = train(words, 3);
    assertThat(uneven.encode()).hasSizeLessThan(EntropyTable.LONGEST_TEXT);
    assertThat(EntropyTable.decode(uneven.encode()).encode()).isEqualTo(uneven.encode());
  }

  @Example
  void whatIsNoTableIsRefusedInOneLine() throws IOException {
    byte[] good = new byte[1 + EntropyTable.size(1)];
    Arrays.fill(good, (byte) 1);
    assertThat(EntropyTable.decode(base64(good)).bits('a')).isZero();

    refused("*", "base64");
    refused("", "ends early");
    refused("A".repeat(EntropyTable.LONGEST_TEXT + 4), "longer");
    refused(Base64.getEncoder().encodeToString(new byte[] {1, 2, 3, 4}), "not deflated");
    refused(base64(Arrays.copyOf(good, good.length - 1)), "ends early");
    refused(base64(Arrays.copyOf(good, good.length + 1)), "goes on");
    refused(base64(Arrays.copyOf(good, 50_000_000)), "goes on");
    for (int context : new int[] {0, 4, -1}) {
      byte[] bad = good.clone();
      bad[0] = (byte) context;
      refused(base64(bad), "contexts of " + context);
    }
    byte[] bad = good.clone();
    bad[1] = 0;
    refused(base64(bad), "no entropy");
    bad[1] = (byte) 130;
    refused(base64(bad), "above 8 bits");
    byte[] deflated = Base64.getDecoder().decode(base64(good));
    refused(
        Base64.getEncoder().encodeToString(Arrays.copyOf(deflated, deflated.length + 1)),
        "goes on");
  }

  @Example
  void trainingRefusesWhatItCanNotUse() {
    for (int context : new int[] {0, 4}) {
      assertThatThrownBy(() -> train(Texts.english(), context))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("allowed: 1 to 3");
    }
    assertThatThrownBy(() -> train(new byte[0], 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
  }

  private static EntropyTable train(byte[] text, int context) throws IOException {
    return EntropyTable.train(new ByteArrayInputStream(text), context);
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> EntropyTable.decode(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private static String base64(byte[] table) throws IOException {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(table);
    }
    return Base64.getEncoder().encodeToString(deflated.toByteArray());
  }

  /** The formula, counting anew in the text for every context. */
  private static double entropy(byte[] text, int history, int context) {
    double[] p = new double[256];
    Arrays.fill(p, 1 / 256.0);
    for (int length = 0; length <= context; length++) {
      int mask = length == 0 ? 0 : -1 >>> (32 - 8 * length);
      long[] counts = new long[256];
      int before = 0;
      for (byte b : text) {
        if ((before & mask) == (history & mask)) {
          counts[b & 0xFF]++;
        }
        before = before << 8 | (b & 0xFF);
      }
      long n = Arrays.stream(counts).sum();
      long different = Arrays.stream(counts).filter(c -> c > 0).count();
      if (n > 0) {
        for (int x = 0; x < 256; x++) {
          p[x] = (counts[x] + different * p[x]) / (n + different);
        }
      }
    }
    return -Arrays.stream(p).map(x -> x * Math.log(x) / Math.log(2)).sum();
  }
}
