package dev.stlm.model.generate;

import java.util.Arrays;

/**
 * How many ids to draft next: the number n with the most ids for the time, {@code (1 + r₁ + r₁r₂ +
 * …) / (1 + c · n)}, where r of the j-th draft is how often it was right of late, given that those
 * before it were, and c what a draft and its check cost against a step without drafts: the slope of
 * a line through the times of late. The times decide how fast a text comes, never what it says.
 */
final class DraftLength {
  /** Cost of one draft and its check in steps, before times say more. */
  private static final double COST = 0.3;

  /** How much a new observation counts. */
  private static final double WEIGHT = 1.0 / 16;

  /** One more than seems best, or none, is drafted every so many rounds: has that changed? */
  private static final int TRY_EVERY = 16;

  /** A round that takes so many times what is expected was held up by something else. */
  private static final double HELD_UP = 4;

  private final double[] rates;
  private double cost = COST;
  private int rounds;
  // fading sums over observations: 1, n, n², time, n · time
  private double sum;
  private double sumN;
  private double sumNn;
  private double sumT;
  private double sumNt;

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
      double speed = ids / (1 + cost * n);
      if (speed > most) {
        most = speed;
        best = n;
      }
    }
    int turn = ++rounds % TRY_EVERY;
    if (turn == 0) {
      return Math.min(rates.length, best + 1);
    }
    return turn == TRY_EVERY / 2 ? 0 : best;
  }

  /**
   * A round is over.
   *
   * @param drafted ids that were drafted, perhaps none
   * @param right the first so many of them were right
   * @param time of drafting and reading, in any unit
   */
  void learn(int drafted, int right, double time) {
    for (int j = 0; j < Math.min(drafted, right + 1); j++) {
      rates[j] += WEIGHT * ((j < right ? 1 : 0) - rates[j]);
    }
    if (rates.length == 0) {
      return;
    }
    if (sum == 0) {
      double step = time / (1 + COST * drafted);
      observe(0, step);
      observe(rates.length, step * (1 + COST * rates.length));
    }
    double slope = slope();
    double step = (sumT - slope * sumN) / sum;
    observe(drafted, Math.min(time, HELD_UP * (step + slope * drafted)));
    slope = slope();
    step = (sumT - slope * sumN) / sum;
    if (step > 0) {
      cost = Math.max(0, slope / step);
    }
  }

  private void observe(int n, double time) {
    double keep = 1 - WEIGHT;
    sum = keep * sum + 1;
    sumN = keep * sumN + n;
    sumNn = keep * sumNn + (double) n * n;
    sumT = keep * sumT + time;
    sumNt = keep * sumNt + n * time;
  }

  private double slope() {
    return (sum * sumNt - sumN * sumT) / (sum * sumNn - sumN * sumN);
  }
}
