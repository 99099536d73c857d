package dev.stlm.model.generate;

import java.util.Arrays;

/**
 * How many ids to draft next: the number n with the most ids for the time, {@code (1 + r₁ + r₁r₂ +
 * …) / (1 + c · n)}, where r of the j-th draft is how often it was right of late, given that those
 * before it were, and c what a draft and its check cost against a step without drafts.
 */
final class DraftLength {
  /** Cost of one draft and its check in steps; measured on models of some million weights. */
  private static final double COST = 0.4;

  /** How much a new observation counts. */
  private static final double WEIGHT = 1.0 / 16;

  /** One more than seems best is drafted every so many rounds, to see whether that has changed. */
  private static final int TRY_EVERY = 16;

  private final double[] rates;
  private int rounds;

  /**
   * At the start of a text.
   *
   * @param most drafts that the model can make; 0: none
   */
  DraftLength(int most) {
    rates = new double[most];
    Arrays.fill(rates, 0.75);
  }

  int most() {
    return rates.length;
  }

  /** How many ids to draft in the next round, from 0 to {@link #most()}. */
  int next() {
    int best = 0;
    double most = 1;
    double ids = 1;
    double chance = 1;
    for (int n = 1; n <= rates.length; n++) {
      chance *= rates[n - 1];
      ids += chance;
      double speed = ids / (1 + COST * n);
      if (speed > most) {
        most = speed;
        best = n;
      }
    }
    boolean tries = ++rounds % TRY_EVERY == 0;
    return tries ? Math.min(rates.length, best + 1) : best;
  }

  /** Some drafts were made, and the first of them were right. */
  void learn(int drafted, int right) {
    for (int j = 0; j < Math.min(drafted, right + 1); j++) {
      rates[j] += WEIGHT * ((j < right ? 1 : 0) - rates[j]);
    }
  }
}
