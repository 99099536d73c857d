package dev.stlm.bench.eval;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.Session;
import dev.stlm.model.score.LogSoftmax;
import java.util.Arrays;

/**
 * Scores sequences one after the other in one session and keeps what the next shares with the last:
 * the cache of its longest common prefix, and the likelihoods found there.
 *
 * <p>Sorted requests share much: the choices of a question have one context, the two sentences of a
 * BLiMP pair one beginning. Not thread-safe.
 */
final class PrefixScorer implements AutoCloseable {
  private final Session session;
  private int[] last = new int[0];
  private double[] logProbabilities = new double[0];
  private boolean[] greedy = new boolean[0];

  PrefixScorer(LanguageModel model) {
    this.session = model.newSession();
  }

  /**
   * Sums log-probabilities.
   *
   * @param ids at most one more than the context length
   * @param from index of the first id that is scored, at least 1
   */
  Score score(int[] ids, int from) {
    int common = Math.max(0, Arrays.mismatch(last, ids));
    if (Arrays.equals(last, ids)) {
      common = ids.length;
    }
    double[] known = new double[ids.length];
    Arrays.fill(known, Double.NaN);
    System.arraycopy(logProbabilities, 0, known, 0, common);
    boolean[] top = Arrays.copyOf(Arrays.copyOf(greedy, common), ids.length);

    int first = from;
    while (first < ids.length && !Double.isNaN(known[first])) {
      first++;
    }
    if (first < ids.length) {
      read(ids, common, first, known, top);
    }
    last = ids;
    logProbabilities = known;
    greedy = top;

    double sum = 0;
    boolean allTop = true;
    for (int i = from; i < ids.length; i++) {
      sum += known[i];
      allTop &= top[i];
    }
    return new Score(sum, allTop);
  }

  /** Reads what is new; the logits after {@code ids[i − 1]} score {@code ids[i]}, i ≥ first. */
  private void read(int[] ids, int common, int first, double[] known, boolean[] top) {
    int keep = Math.min(Math.min(common, session.position()), first - 1);
    session.truncate(keep);
    if (keep < first - 1) {
      session.append(Arrays.copyOfRange(ids, keep, first - 1));
    }
    session.append(
        Arrays.copyOfRange(ids, first - 1, ids.length - 1),
        (index, logits) -> {
          int i = first + index;
          known[i] = LogSoftmax.of(logits, ids[i]);
          // a tie with the most likely id counts as greedy, as in the harness
          top[i] = logits[ids[i]] >= logits[LogSoftmax.argmax(logits)];
        });
  }

  @Override
  public void close() {
    session.close();
  }

  /** A sum in nats, and whether every scored id was (one of) the likeliest. */
  record Score(double sum, boolean greedy) {}
}
