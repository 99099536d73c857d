package dev.stlm.training.prepare.filter;

import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.prepare.DocumentFilter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * Keeps English: documents in which the commonest function words of English are common. Short
 * documents stay, since they tell too little.
 *
 * @param share least share, 0 to 1, of {@link #WORDS} among the words of a document
 * @param shortest words from which on a document is judged
 */
public record EnglishFilter(double share, int shortest) implements DocumentFilter {
  /** A tenth, from 20 words on: English prose has 0.16 to 0.45, German at most 0.02. */
  public static final EnglishFilter DEFAULT = new EnglishFilter(0.1, 20);

  /**
   * The words that are counted; such as are also common in related languages are not among them.
   */
  public static final Set<String> WORDS =
      Set.of(
          "the", "of", "and", "to", "that", "it", "is", "was", "with", "for", "as", "his", "he",
          "be", "by", "at", "on", "not", "have", "had", "this", "but", "from", "they", "which",
          "you", "she", "her", "are", "were", "or", "my", "their", "would", "there", "been", "if",
          "what", "who", "we", "when", "your", "how", "has", "its");

  private static final String BETWEEN_WORDS = " \t\r\n.,;:!?\"'()[]{}<>-_*/\\|";

  public EnglishFilter {
    if (!(share >= 0 && share <= 1) || shortest < 0) {
      throw new InvalidInputException(
          "english: share is %s and shortest %d; allowed: 0 to 1, 0 or more"
              .formatted(share, shortest));
    }
  }

  @Override
  public boolean keeps(byte[] document) {
    StringTokenizer words =
        new StringTokenizer(
            new String(document, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT), BETWEEN_WORDS);
    long all = 0;
    long common = 0;
    while (words.hasMoreTokens()) {
      all++;
      common += WORDS.contains(words.nextToken()) ? 1 : 0;
    }
    return all < shortest || common >= share * all;
  }
}
