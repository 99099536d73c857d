package dev.stlm.tokenizer.llama;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens and merges of a byte-pair encoding with byte fallback.
 *
 * @param tokens by id; blanks are written as {@link #BLANK}; {@code <0x00>} to {@code <0xFF>}, each
 *     once, stand for bytes; an empty one is an id without a token (vocabularies are padded)
 * @param merges the best first: pairs of tokens that become one
 * @param special ids that stand for no text: never made from text, whatever it says
 */
public record LlamaVocabulary(List<String> tokens, List<Merge> merges, Set<Integer> special) {
  /** What stands for a blank: U+2581, lower one eighth block. */
  public static final char BLANK = '\u2581';

  /** Most ids. */
  public static final int MOST_TOKENS = 1 << 20;

  /** Most merges. */
  public static final int MOST_MERGES = 1 << 22;

  private static final int LONGEST_TOKEN = 4096;

  public LlamaVocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    special = Collections.unmodifiableSet(new TreeSet<>(special));
    check(tokens.size() <= MOST_TOKENS, "more than " + MOST_TOKENS + " tokens");
    check(merges.size() <= MOST_MERGES, "more than " + MOST_MERGES + " merges");
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      check(token.length() <= LONGEST_TOKEN, "token " + id + " is too long");
      check(token.isEmpty() || seen.add(token), "token " + id + " is there twice");
    }
    for (int b = 0; b < 256; b++) {
      check(seen.contains(byteToken(b)), "no token " + byteToken(b) + "; all 256 bytes need one");
    }
    for (int id : special) {
      check(id >= 0 && id < tokens.size(), "special id " + id + " is not one of the ids");
    }
    for (Merge m : merges) {
      boolean known =
          Math.min(m.left(), m.right()) >= 0 && Math.max(m.left(), m.right()) < tokens.size();
      check(known, "a merge of " + m.left() + " and " + m.right() + ", which are not both ids");
    }
  }

  /**
   * Two tokens that become one: the token that is both texts one after the other.
   *
   * @param left id of the first
   * @param right id of the second
   */
  public record Merge(int left, int right) {}

  /** The token of a byte, such as {@code <0x0A>}. */
  static String byteToken(int value) {
    return "<0x%02X>".formatted(value);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidInputException("llama tokenizer: " + otherwise);
    }
  }
}
