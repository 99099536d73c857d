package dev.stlm.bench.stats;

/**
 * How one model differs from another on the same documents.
 *
 * <p>Both met the same questions, so the error of the difference comes from the per-document
 * differences; it is smaller than the two separate errors suggest.
 *
 * @param difference mean of second − first
 * @param standardError of the difference; NaN for fewer than two documents
 * @param documents number of documents that both answered
 * @param firstOnly documents that only the first has right
 * @param secondOnly documents that only the second has right
 */
public record PairedDifference(
    double difference, double standardError, int documents, int firstOnly, int secondOnly) {

  /** Compares per-document values, such as 0 and 1 for wrong and right, in the same order. */
  public static PairedDifference of(double[] first, double[] second) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          first.length + " and " + second.length + " documents can not be paired");
    }
    double[] differences = new double[first.length];
    int firstOnly = 0;
    int secondOnly = 0;
    for (int i = 0; i < first.length; i++) {
      differences[i] = second[i] - first[i];
      firstOnly += differences[i] < 0 ? 1 : 0;
      secondOnly += differences[i] > 0 ? 1 : 0;
    }
    return new PairedDifference(
        Moments.mean(differences),
        Moments.standardError(differences),
        first.length,
        firstOnly,
        secondOnly);
  }

  /**
   * The exact two-sided p value of McNemar's test (1947): how likely so uneven a split of the
   * documents on which the two disagree is, if both models were equally good.
   */
  public double mcNemar() {
    int n = firstOnly + secondOnly;
    if (n == 0) {
      return 1;
    }
    int least = Math.min(firstOnly, secondOnly);
    double term = -n * Math.log(2);
    double tail = 0;
    for (int k = 0; k <= least; k++) {
      tail += Math.exp(term);
      term += Math.log((double) (n - k) / (k + 1));
    }
    return Math.min(1, 2 * tail);
  }
}
