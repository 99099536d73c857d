package dev.stlm.bench.eval;

/** Log-probabilities from logits, in double precision. */
final class LogSoftmax {
  private LogSoftmax() {}

  /** ln softmax(logits)[id]. */
  static double at(float[] logits, int id) {
    double max = Double.NEGATIVE_INFINITY;
    for (float l : logits) {
      max = Math.max(max, l);
    }
    double sum = 0;
    for (float l : logits) {
      sum += Math.exp(l - max);
    }
    return logits[id] - max - Math.log(sum);
  }

  /** Whether no id has a higher logit; of several highest, each is top. */
  static boolean isTop(float[] logits, int id) {
    for (float l : logits) {
      if (l > logits[id]) {
        return false;
      }
    }
    return true;
  }
}
