package dev.stlm.bench.stats;

import java.util.List;

/** How the observations of a metric become one figure; w are the weights, ll the values in nats. */
public enum Aggregation {
  /** Σx/n with standard error s/√n. */
  MEAN {
    @Override
    public Estimate of(List<Observation> observations, int bootstrapIterations) {
      double[] values = column(observations);
      return Estimate.of(Moments.mean(values), Moments.standardError(values), values.length);
    }
  },
  /** exp(−Σll/n) with a bootstrap error. */
  PERPLEXITY {
    @Override
    public Estimate of(List<Observation> observations, int bootstrapIterations) {
      double[] values = column(observations);
      double error =
          bootstrapIterations == 0 || values.length < 2
              ? Double.NaN
              : Bootstrap.standardError(values, Aggregation::perplexity, bootstrapIterations);
      return Estimate.of(perplexity(values), error, values.length);
    }
  },
  /** exp(−Σll/Σw); no error is defined. */
  WEIGHTED_PERPLEXITY {
    @Override
    public Estimate of(List<Observation> observations, int bootstrapIterations) {
      return Estimate.exact(Math.exp(-ratio(observations)), observations.size());
    }
  },
  /** −Σll/Σw/ln 2; no error is defined. */
  BITS_PER_BYTE {
    @Override
    public Estimate of(List<Observation> observations, int bootstrapIterations) {
      return Estimate.exact(-ratio(observations) / LN2, observations.size());
    }
  },
  /**
   * −Σll/Σw/ln 2 over blocks of one text, with the standard error of a ratio of means over the
   * blocks (Cochran, Sampling Techniques, 1977, section 2.11), which takes blocks as independent.
   */
  BLOCK_BITS_PER_BYTE {
    @Override
    public Estimate of(List<Observation> observations, int bootstrapIterations) {
      int n = observations.size();
      double ratio = ratio(observations);
      double squares = 0;
      double weight = 0;
      for (Observation o : observations) {
        double residual = o.value() - ratio * o.weight();
        squares += residual * residual;
        weight += o.weight();
      }
      double error = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) * n) / weight / LN2;
      return Estimate.of(-ratio / LN2, error, n);
    }
  };

  private static final double LN2 = Math.log(2);

  /**
   * Aggregates the documents of a task.
   *
   * @param observations in document order; at least one
   * @param bootstrapIterations how often to resample where the error is a bootstrap; 0 for no error
   */
  public abstract Estimate of(List<Observation> observations, int bootstrapIterations);

  private static double[] column(List<Observation> observations) {
    return observations.stream().mapToDouble(Observation::value).toArray();
  }

  private static double ratio(List<Observation> observations) {
    double values = 0;
    double weights = 0;
    for (Observation o : observations) {
      values += o.value();
      weights += o.weight();
    }
    return values / weights;
  }

  private static double perplexity(double[] values) {
    return Math.exp(-Moments.mean(values));
  }
}
