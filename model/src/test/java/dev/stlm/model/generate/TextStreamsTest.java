package dev.stlm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stlm.tokenizer.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TextStreamsTest {
  /** Bytes that begin, go on or break characters of every length. */
  @Provide
  Arbitrary<byte[]> bytes() {
    Arbitrary<Byte> tricky =
        Arbitraries.of(
                0x41, 0x80, 0xBF, 0xC2, 0xC0, 0xE0, 0xA0, 0xED, 0x9F, 0xEF, 0xF0, 0x90, 0xF4, 0xFF)
            .map(Integer::byteValue);
    Arbitrary<byte[]> mixed = tricky.array(byte[].class).ofMaxSize(24);
    Arbitrary<byte[]> text =
        Arbitraries.strings().ofMaxLength(12).map(s -> s.getBytes(StandardCharsets.UTF_8));
    return Arbitraries.oneOf(mixed, text, Arbitraries.bytes().array(byte[].class).ofMaxSize(24));
  }

  @Property
  void piecesOfAStreamAreTheWholeDecoded(@ForAll("bytes") byte[] bytes, @ForAll long cuts) {
    Random random = new Random(cuts);
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < bytes.length; ) {
      int count = 1 + random.nextInt(Math.min(3, bytes.length - from));
      text.append(stream.accept(bytes, from, count));
      from += count;
      // whatever comes later, what was given stays
      String whole = new String(bytes, StandardCharsets.UTF_8);
      assertThat(whole).startsWith(text.toString());
    }
    text.append(stream.end());
    assertThat(text.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void aCharacterComesWithItsLastByte() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    Utf8Stream stream = new Utf8Stream();
    assertThat(stream.accept(euro, 0, 1)).isEmpty();
    assertThat(stream.holdsBack()).isTrue();
    assertThat(stream.accept(euro, 1, 1)).isEmpty();
    assertThat(stream.accept(euro, 2, 1)).isEqualTo("€");
    assertThat(stream.holdsBack()).isFalse();
  }

  @Provide
  Arbitrary<String> fewLetters() {
    return Arbitraries.strings().withChars('a', 'b', 'é').ofMaxLength(16);
  }

  @Provide
  Arbitrary<List<String>> stops() {
    return Arbitraries.strings()
        .withChars('a', 'b', 'é')
        .ofMinLength(1)
        .ofMaxLength(4)
        .list()
        .ofMaxSize(3);
  }

  @Property
  void aTextEndsBeforeTheStopStringThatEndsFirst(
      @ForAll("fewLetters") String text, @ForAll("stops") List<String> stops) {
    StopStrings matcher = new StopStrings(stops);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.writeBytes(matcher.accept(b));
      byte[] whole = expected(text, stops).getBytes(StandardCharsets.UTF_8);
      assertThat(Arrays.copyOf(whole, out.size())).isEqualTo(out.toByteArray());
    }
    out.writeBytes(matcher.end());
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected(text, stops));
    assertThat(matcher.stopped()).isEqualTo(stops.stream().anyMatch(text::contains));
  }

  private static String expected(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String head = text.substring(0, end);
      int longest = stops.stream().filter(head::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  @Test
  void onlyWhatMayBeginAStopStringIsHeldBack() {
    StopStrings matcher = new StopStrings(List.of("END"));
    List<String> pieces = new ArrayList<>();
    for (char c : "xENxEND".toCharArray()) {
      pieces.add(new String(matcher.accept((byte) c), StandardCharsets.UTF_8));
    }
    assertThat(pieces).isEqualTo(Arrays.asList("x", "", "", "ENx", "", "", ""));
    assertThatThrownBy(() -> new StopStrings(List.of("")))
        .isInstanceOf(InvalidInputException.class);
  }
}
