package dev.stlm.training.internal.prepare.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.training.internal.prepare.sign.Contamination.Piece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContaminationTest {
  private static final String QUESTION =
      "which of these is the best reason for the seasons that we have on the earth";

  private final Contamination contamination = new Contamination(13);

  ContaminationTest() {
    contamination.add(bytes("Q: " + QUESTION + "?"));
  }

  @Test
  void aDocumentThatSharesNothingStaysWhole() {
    String text = words("a", 500);
    assertThat(contamination.pieces(bytes(text))).containsExactly(new Piece(0, text.length()));
    // twelve words in a row are not enough
    String twelve = text + " of these is the best reason for the seasons that we " + text;
    assertThat(contamination.pieces(bytes(twelve))).containsExactly(new Piece(0, twelve.length()));
  }

  @Test
  void aCommonRunIsCutOutWithItsMarginAtBlanks() {
    String before = words("a", 300);
    String after = words("b", 300);
    String text =
        before + " Which of THESE is the best reason for\n" + QUESTION.substring(38) + " " + after;
    List<Piece> pieces = contamination.pieces(bytes(text));
    assertThat(pieces).hasSize(2);
    String first = text.substring(pieces.get(0).start(), pieces.get(0).end());
    String second = text.substring(pieces.get(1).start(), pieces.get(1).end());
    assertThat(before).startsWith(first);
    assertThat(after).endsWith(second);
    assertThat(before.length() - first.length()).isBetween(190, 215);
    assertThat(after.length() - second.length()).isBetween(190, 215);
    assertThat(first).doesNotEndWith(" ").endsWith("a" + (first.split(" ").length - 1));
    assertThat(second).startsWith("b");
  }

  @Test
  void whatIsLeftOfAShortDocumentIsDropped() {
    assertThat(contamination.pieces(bytes(words("a", 30) + " " + QUESTION))).isEmpty();
  }

  @Test
  void aDocumentThatWouldFallIntoManyPiecesIsDropped() {
    String text =
        IntStream.range(0, 12)
            .mapToObj(i -> words("a" + i + "x", 200) + " " + QUESTION)
            .collect(Collectors.joining(" "));
    assertThat(contamination.pieces(bytes(text))).isEmpty();
  }

  private static String words(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(" "));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
