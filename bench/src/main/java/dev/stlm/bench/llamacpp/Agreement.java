package dev.stlm.bench.llamacpp;

/**
 * How near the logits of two programs are on one text.
 *
 * @param positions ids after which they were compared
 * @param largestDifference of any logit
 * @param relativeDifference root mean square of the differences over the standard deviation of the
 *     logits at a position
 * @param sameTop share of positions with the same id on top
 * @param divergence mean Kullback-Leibler divergence of theirs from ours, in bits
 */
public record Agreement(
    int positions,
    double largestDifference,
    double relativeDifference,
    double sameTop,
    double divergence) {

  /** Compares {@code [positions, vocabulary]} logits. */
  static Agreement of(float[][] ours, float[][] theirs) {
    double largest = 0;
    double squares = 0;
    double variance = 0;
    double divergence = 0;
    int same = 0;
    long values = 0;
    for (int t = 0; t < ours.length; t++) {
      double[] p = distribution(ours[t]);
      double[] q = distribution(theirs[t]);
      double mean = 0;
      for (float logit : ours[t]) {
        mean += logit / (double) ours[t].length;
      }
      for (int i = 0; i < p.length; i++) {
        double difference = (double) ours[t][i] - theirs[t][i];
        largest = Math.max(largest, Math.abs(difference));
        squares += difference * difference;
        variance += (ours[t][i] - mean) * (ours[t][i] - mean);
        divergence += p[i] > 0 ? p[i] * (Math.log(p[i]) - Math.log(q[i])) : 0;
      }
      values += p.length;
      same += top(ours[t]) == top(theirs[t]) ? 1 : 0;
    }
    return new Agreement(
        ours.length,
        largest,
        values == 0 ? 0 : Math.sqrt(squares / variance),
        (double) same / ours.length,
        divergence / ours.length / Math.log(2));
  }

  private static double[] distribution(float[] logits) {
    double max = logits[top(logits)];
    double sum = 0;
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static int top(float[] logits) {
    int top = 0;
    for (int i = 1; i < logits.length; i++) {
      top = logits[i] > logits[top] ? i : top;
    }
    return top;
  }
}
