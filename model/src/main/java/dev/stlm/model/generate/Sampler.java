package dev.stlm.model.generate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws ids from logits, in these steps:
 *
 * <ol>
 *   <li>repetition penalty r (Keskar et al. 2019, arXiv 1909.05858): for each id among the last
 *       {@value #REPETITION_WINDOW}, logit / r where it is positive, logit · r where it is not;
 *   <li>temperature 0: the id with the largest logit, of equal ones the lowest; nothing is drawn;
 *   <li>p = softmax(logit / temperature), in double precision;
 *   <li>ids in order of falling p, of equal ones the lower id first;
 *   <li>top-k: the first k of them;
 *   <li>top-p (Holtzman et al. 2020, arXiv 1904.09751): of those, with p scaled to sum 1, the
 *       fewest from the front whose sum is at least top-p;
 *   <li>min-p (Nguyen et al. 2024, arXiv 2407.01082): of those, the ones with p ≥ min-p · largest
 *       p;
 *   <li>one number u in [0, 1) from {@link SplittableRandom} (SplitMix64; the seed is its seed);
 *       the first id at which the running sum of what is left exceeds u times its whole sum.
 * </ol>
 *
 * <p>Ids with a logit of −∞ are never drawn. For one text and one thread.
 */
public final class Sampler {
  /** How many of the last ids the repetition penalty looks at. */
  public static final int REPETITION_WINDOW = 64;

  private final SamplerConfig config;
  private final SplittableRandom random;
  private float[] penalised = {};
  private double[] weights = {};
  private long[] order = {};

  /** A sampler whose draws follow from the config's seed. */
  public Sampler(SamplerConfig config) {
    this.config = config;
    this.random = new SplittableRandom(config.seed());
  }

  /**
   * Draws the next id.
   *
   * @param logits {@code [vocabulary]}, left as they are
   * @param history ids so far, the last one last
   * @param length how many ids of {@code history} there are
   */
  public int next(float[] logits, int[] history, int length) {
    float[] l = config.repetitionPenalty() == 1 ? logits : penalise(logits, history, length);
    if (config.temperature() == 0) {
      return argmax(l);
    }
    reserve(l.length);
    float max = l[argmax(l)];
    for (int i = 0; i < l.length; i++) {
      weights[i] = Math.exp(((double) l[i] - max) / config.temperature());
    }
    sort(l);
    int kept = config.topK() == 0 ? l.length : Math.min(l.length, config.topK());
    return draw(l, topP(kept));
  }

  private void sort(float[] l) {
    for (int i = 0; i < l.length; i++) {
      // ascending longs: falling logits first, then rising ids
      long descending = ~sortable(l[i]) & 0xFFFFFFFFL;
      order[i] = descending << 31 | i;
    }
    Arrays.sort(order, 0, l.length);
  }

  /** Unsigned order of the result is the order of the floats; both zeros are equal. */
  private static int sortable(float f) {
    int bits = Float.floatToIntBits(f + 0f);
    return bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
  }

  private int id(int rank) {
    return (int) (order[rank] & Integer.MAX_VALUE);
  }

  private int topP(int kept) {
    if (config.topP() == 1) {
      return kept;
    }
    double whole = 0;
    for (int i = 0; i < kept; i++) {
      whole += weights[id(i)];
    }
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += weights[id(i)];
      if (sum >= config.topP() * whole) {
        return i + 1;
      }
    }
    return kept;
  }

  private int draw(float[] l, int candidates) {
    double least = config.minP() * weights[id(0)];
    int kept = 0;
    double whole = 0;
    while (kept < candidates && weights[id(kept)] >= least) {
      whole += weights[id(kept++)];
    }
    double point = random.nextDouble() * whole;
    double sum = 0;
    int last = id(0);
    for (int i = 0; i < kept && l[id(i)] > Float.NEGATIVE_INFINITY; i++) {
      last = id(i);
      sum += weights[last];
      if (sum > point) {
        return last;
      }
    }
    return last;
  }

  private float[] penalise(float[] logits, int[] history, int length) {
    if (penalised.length != logits.length) {
      penalised = new float[logits.length];
    }
    System.arraycopy(logits, 0, penalised, 0, logits.length);
    for (int i = Math.max(0, length - REPETITION_WINDOW); i < length; i++) {
      int id = history[i];
      // from the original logit, so that an id seen twice is lowered once
      float logit = logits[id];
      double lowered =
          logit > 0 ? logit / config.repetitionPenalty() : logit * config.repetitionPenalty();
      penalised[id] = (float) lowered;
    }
    return penalised;
  }

  private static int argmax(float[] l) {
    int best = 0;
    for (int i = 1; i < l.length; i++) {
      if (l[i] > l[best]) {
        best = i;
      }
    }
    return best;
  }

  private void reserve(int size) {
    if (weights.length < size) {
      weights = new double[size];
      order = new long[size];
    }
  }
}
