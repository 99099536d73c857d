package dev.stlm.bench.stats;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Standard errors by resampling (Efron 1979), drawing as the harness does. */
public final class Bootstrap {
  private static final int CHUNK = 1000;

  private Bootstrap() {}

  /**
   * The sample standard deviation of a statistic over resampled values.
   *
   * <p>Resamples come in chunks of at most 1000; chunk number i draws from a generator seeded with
   * i, so the result is the same on every machine and thread count.
   *
   * @param values at least one
   * @param iterations number of resamples, at least 2; beyond 1000 only whole chunks count
   */
  public static double standardError(
      double[] values, ToDoubleFunction<double[]> statistic, int iterations) {
    if (values.length == 0 || iterations < 2) {
      throw new IllegalArgumentException(
          values.length + " values, " + iterations + " iterations: at least 1 and 2 are needed");
    }
    int chunk = Math.min(CHUNK, iterations);
    double[] results =
        IntStream.range(0, iterations / chunk)
            .parallel()
            .mapToObj(i -> resample(values, statistic, i, chunk))
            .flatMapToDouble(java.util.Arrays::stream)
            .toArray();
    return Moments.standardDeviation(results);
  }

  private static double[] resample(
      double[] values, ToDoubleFunction<double[]> statistic, int seed, int times) {
    PythonRandom random = new PythonRandom(seed);
    double[] results = new double[times];
    double[] drawn = new double[values.length];
    for (int t = 0; t < times; t++) {
      int[] picks = random.choices(values.length, values.length);
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = values[picks[i]];
      }
      results[t] = statistic.applyAsDouble(drawn);
    }
    return results;
  }
}
