package dev.stlm.training.outer;

import dev.stlm.model.checkpoint.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The mean of the workers' weights: local SGD (Stich 2019, arXiv 1805.09767). Of one worker it is
 * what that worker has come to, bit by bit.
 */
public final class WeightAverage implements OuterOptimizer {
  @Override
  public Map<String, Tensor> next(Map<String, Tensor> start, List<Map<String, Tensor>> workers) {
    Map<String, Tensor> next = new LinkedHashMap<>();
    start.forEach(
        (name, t) -> next.put(name, Tensor.F32.of(t.rows(), t.columns(), mean(name, workers))));
    return next;
  }

  /** The mean of a parameter, rounded once. */
  static float[] mean(String name, List<Map<String, Tensor>> workers) {
    List<float[]> values =
        workers.stream().map(w -> Objects.requireNonNull(w.get(name)).toFloats()).toList();
    if (values.size() == 1) {
      return values.getFirst();
    }
    float[] mean = new float[values.getFirst().length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] of : values) {
        sum += of[i];
      }
      mean[i] = (float) (sum / values.size());
    }
    return mean;
  }
}
