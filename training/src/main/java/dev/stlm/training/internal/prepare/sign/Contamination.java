package dev.stlm.training.internal.prepare.sign;

import dev.stlm.training.prepare.DecontaminationConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs of words that must not be learned, and what is left of a document without them: see
 * {@link DecontaminationConfig}. 16 to 32 bytes a run. Once filled safe for use by several threads.
 */
public final class Contamination {
  /**
   * A part of a document that stays.
   *
   * @param start first byte
   * @param end byte after the last
   */
  public record Piece(int start, int end) {
    /** Its bytes. */
    public int length() {
      return end - start;
    }
  }

  private final int words;
  private final LongSet runs = new LongSet();

  /** Runs of so many words; none yet. */
  public Contamination(int words) {
    this.words = words;
  }

  /** Adds all runs of a text. */
  public void add(byte[] text) {
    Runs.ofWords(text, words, (hash, _, _) -> runs.add(hash));
  }

  /**
   * What stays of a document: itself as one piece where it shares no run, nothing where it would
   * fall into too many.
   */
  public List<Piece> pieces(byte[] document) {
    List<Piece> common = new ArrayList<>();
    if (runs.size() > 0) {
      Runs.ofWords(
          document,
          words,
          (hash, start, end) -> {
            if (runs.contains(hash)) {
              cut(common, start, end);
            }
          });
    }
    if (common.isEmpty()) {
      return List.of(new Piece(0, document.length));
    }
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    for (Piece gap : common) {
      addPiece(pieces, document, from, gap.start());
      from = gap.end();
    }
    addPiece(pieces, document, from, document.length);
    return pieces.size() > DecontaminationConfig.MOST_PIECES ? List.of() : pieces;
  }

  /** Widens a run by the margin and joins it to the last gap where they touch. */
  private static void cut(List<Piece> gaps, int start, int end) {
    int wideStart = Math.max(0, start - DecontaminationConfig.MARGIN);
    int wideEnd = (int) Math.min(Integer.MAX_VALUE, (long) end + DecontaminationConfig.MARGIN);
    if (!gaps.isEmpty() && gaps.getLast().end() >= wideStart) {
      Piece last = gaps.removeLast();
      gaps.add(new Piece(last.start(), Math.max(last.end(), wideEnd)));
    } else {
      gaps.add(new Piece(wideStart, wideEnd));
    }
  }

  /** Adds what is between two gaps, cut back to whole words. */
  private static void addPiece(List<Piece> pieces, byte[] document, int start, int end) {
    int from = start;
    while (from > 0 && from < end && !blank(document[from - 1])) {
      from++;
    }
    int to = end;
    while (to < document.length && to > from && !blank(document[to])) {
      to--;
    }
    if (to - from >= DecontaminationConfig.SHORTEST) {
      pieces.add(new Piece(from, to));
    }
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
