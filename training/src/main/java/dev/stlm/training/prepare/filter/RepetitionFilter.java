package dev.stlm.training.prepare.filter;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.internal.prepare.sign.LongSet;
import dev.stlm.training.internal.prepare.sign.Runs;
import dev.stlm.training.prepare.DocumentFilter;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Drops documents that repeat themselves, as menus, logs and spun pages do: two of the rules of Rae
 * et al. 2021 (arXiv 2112.11446, table A1).
 *
 * @param lines largest share, 0 to 1, of bytes in lines that have occurred before in the document;
 *     blank lines do not count
 * @param runs largest share, 0 to 1, of bytes in runs of words that have occurred before in the
 *     document
 * @param words of a run, 2 to 100
 */
public record RepetitionFilter(double lines, double runs, int words) implements DocumentFilter {
  /** A fifth of the lines; a tenth of the runs of ten words. */
  public static final RepetitionFilter DEFAULT = new RepetitionFilter(0.2, 0.1, 10);

  public RepetitionFilter {
    if (!(lines >= 0 && lines <= 1 && runs >= 0 && runs <= 1) || words < 2 || words > 100) {
      throw new InvalidInputException(
          "repetition: lines is %s, runs %s, words %d; allowed: 0 to 1, 0 to 1, 2 to 100"
              .formatted(lines, runs, words));
    }
  }

  @Override
  public boolean keeps(byte[] document) {
    return repeatedLines(document) <= lines * document.length
        && repeatedRuns(document) <= runs * document.length;
  }

  private static long repeatedLines(byte[] document) {
    Set<ByteBuffer> seen = new HashSet<>();
    long repeated = 0;
    int start = 0;
    for (int i = 0; i <= document.length; i++) {
      if (i == document.length || document[i] == '\n') {
        if (i - start > 1 && !seen.add(ByteBuffer.wrap(document, start, i - start))) {
          repeated += i - start;
        }
        start = i + 1;
      }
    }
    return repeated;
  }

  private long repeatedRuns(byte[] document) {
    LongSet seen = new LongSet();
    long[] repeated = {0, 0};
    Runs.ofWords(
        document,
        words,
        (hash, start, end) -> {
          if (!seen.add(hash)) {
            // the part of the run that the runs before it have not counted
            repeated[0] += end - Math.max(start, repeated[1]);
            repeated[1] = end;
          }
        });
    return repeated[0];
  }
}
