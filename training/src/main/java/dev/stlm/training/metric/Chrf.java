package dev.stlm.training.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * chrF of a corpus (Popović 2015) as sacreBLEU computes it by default: signature {@code
 * nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no}, known as chrF2. Counts n-grams of characters
 * (code points) without blanks, so it needs no words and suits languages with long ones.
 *
 * @param score from 0 to 100: the F-score that values recall twice as much as precision
 */
public record Chrf(double score) {
  private static final int ORDERS = 6;
  private static final double BETA_SQUARED = 4;

  /**
   * Compares hypotheses with references.
   *
   * @param hypotheses texts to judge, at least one
   * @param references one for each
   */
  public static Chrf of(List<String> hypotheses, List<String> references) {
    TextPairs.check(hypotheses, references);
    long[] matches = new long[ORDERS];
    long[] given = new long[ORDERS];
    long[] wanted = new long[ORDERS];
    for (int i = 0; i < hypotheses.size(); i++) {
      int[] hypothesis = characters(hypotheses.get(i));
      int[] reference = characters(references.get(i));
      for (int n = 1; n <= ORDERS; n++) {
        Map<String, Integer> expected = counts(reference, n);
        if (expected.isEmpty()) {
          continue; // n-grams that no reference could have do not count as wrong
        }
        wanted[n - 1] += reference.length - n + 1;
        for (Map.Entry<String, Integer> e : counts(hypothesis, n).entrySet()) {
          given[n - 1] += e.getValue();
          matches[n - 1] += Math.min(e.getValue(), expected.getOrDefault(e.getKey(), 0));
        }
      }
    }
    return new Chrf(score(matches, given, wanted));
  }

  /** The F-score of the mean precision and the mean recall over the orders that occur. */
  private static double score(long[] matches, long[] given, long[] wanted) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int n = 0; n < ORDERS; n++) {
      if (given[n] > 0 && wanted[n] > 0) {
        precision += matches[n] / (double) given[n];
        recall += matches[n] / (double) wanted[n];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }

  private static int[] characters(String text) {
    return String.join("", TextPairs.words(text)).codePoints().toArray();
  }

  private static Map<String, Integer> counts(int[] characters, int n) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= characters.length; i++) {
      counts.merge(new String(characters, i, n), 1, Integer::sum);
    }
    return counts;
  }
}
