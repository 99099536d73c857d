package dev.stlm.tokenizer.llama;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.tokenizer.llama.LlamaVocabulary.Merge;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Rank and result of each merge, by its pair: an open-addressing table. Immutable. */
final class MergeTable {
  /** The rank of a pair that does not merge. */
  static final int NONE = -1;

  private final List<Merge> merges;
  private final int[] results; // by rank
  private final int[] ranks; // by slot

  /**
   * A table.
   *
   * @param texts the tokens that text may become, by their text
   */
  MergeTable(LlamaVocabulary vocabulary, Map<String, Integer> texts) {
    merges = vocabulary.merges();
    results = new int[merges.size()];
    ranks = new int[4 * Integer.highestOneBit(Math.max(1, merges.size()))];
    Arrays.fill(ranks, NONE);
    for (int rank = 0; rank < results.length; rank++) {
      Merge m = merges.get(rank);
      String left = vocabulary.tokens().get(m.left());
      String right = vocabulary.tokens().get(m.right());
      Integer made = texts.get(left + right);
      if (made == null) {
        throw new InvalidInputException(
            "llama tokenizer: merge %d of tokens %d and %d makes no token that text may become"
                .formatted(rank, m.left(), m.right()));
      }
      results[rank] = made;
      int slot = slot(m.left(), m.right());
      if (ranks[slot] != NONE) {
        throw new InvalidInputException(
            "llama tokenizer: merge %d of tokens %d and %d is there twice"
                .formatted(rank, m.left(), m.right()));
      }
      ranks[slot] = rank;
    }
  }

  /** The rank of a pair, lower is earlier; {@link #NONE} if it does not merge. */
  int rank(int left, int right) {
    return ranks[slot(left, right)];
  }

  /** The id that a merge makes. */
  int result(int rank) {
    return results[rank];
  }

  /** Where a pair is, or where it would be put. */
  private int slot(int left, int right) {
    int mask = ranks.length - 1;
    long hash = ((long) left << 32 | right) * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 40) & mask;
    while (ranks[slot] != NONE) {
      Merge m = merges.get(ranks[slot]);
      if (m.left() == left && m.right() == right) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
