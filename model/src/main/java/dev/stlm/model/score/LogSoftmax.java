package dev.stlm.model.score;

/** Natural-log probabilities from logits, in double precision. */
public final class LogSoftmax {
  private LogSoftmax() {}

  /** {@code log Σ exp(logit)}, the largest logit subtracted before and added after. */
  public static double logSumExp(float[] logits) {
    float max = logits[argmax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - max);
    }
    return max + Math.log(sum);
  }

  /** Log-probability of one id: at most 0. */
  public static double of(float[] logits, int id) {
    return Math.min(0, logits[id] - logSumExp(logits));
  }

  /** The id with the largest logit; of equal ones the lowest. */
  public static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
