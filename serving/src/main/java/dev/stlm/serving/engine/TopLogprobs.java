package dev.stlm.serving.engine;

import dev.stlm.model.score.LogSoftmax;
import java.util.ArrayList;
import java.util.List;

/**
 * Log-probabilities from logits, in double precision and in the order of ids, so that equal logits
 * give equal numbers: a token that ties with the best has exactly the best one's log-probability.
 */
final class TopLogprobs {
  private TopLogprobs() {}

  /** The log-probability of a token and of the {@code count} most likely ones. */
  static TokenLogprobs of(float[] logits, int token, int count) {
    double norm = LogSoftmax.logSumExp(logits);
    List<TokenLogprobs.Candidate> top = new ArrayList<>(count);
    for (int id : best(logits, count)) {
      top.add(new TokenLogprobs.Candidate(id, logits[id] - norm));
    }
    return new TokenLogprobs(token, logits[token] - norm, top);
  }

  /** Ids of the largest logits, best first; of equal ones the lower id first. */
  private static int[] best(float[] logits, int count) {
    int[] ids = new int[Math.min(count, logits.length)];
    int n = 0;
    for (int id = 0; id < logits.length; id++) {
      int at = n;
      while (at > 0 && logits[id] > logits[ids[at - 1]]) {
        at--;
      }
      if (at == ids.length) {
        continue;
      }
      n = Math.min(n + 1, ids.length);
      System.arraycopy(ids, at, ids, at + 1, n - at - 1);
      ids[at] = id;
    }
    return ids;
  }
}
