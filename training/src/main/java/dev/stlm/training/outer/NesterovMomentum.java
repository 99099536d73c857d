package dev.stlm.training.outer;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outer optimiser of DiLoCo (Douillard et al. 2023, arXiv 2311.08105, algorithm 1): SGD with
 * Nesterov momentum on the outer gradient Δ = start − mean of the workers. With the momentum m ←
 * μ·m + Δ the next start is start − η·(Δ + μ·m). Remembers m; not thread-safe.
 */
public final class NesterovMomentum implements OuterOptimizer {
  private final double learningRate;
  private final double momentum;
  private final Map<String, float[]> velocity = new HashMap<>();

  /**
   * With momentum 0 at the start.
   *
   * @param learningRate η above 0, to 10; the paper has 0.7
   * @param momentum μ from 0 to below 1; the paper has 0.9
   */
  public NesterovMomentum(double learningRate, double momentum) {
    if (!(learningRate > 0 && learningRate <= 10 && momentum >= 0 && momentum < 1)) {
      throw new InvalidInputException(
          "outer loop: learning rate %s and momentum %s; allowed: above 0, to 10, and 0 to below 1"
              .formatted(learningRate, momentum));
    }
    this.learningRate = learningRate;
    this.momentum = momentum;
  }

  @Override
  public Map<String, Tensor> next(Map<String, Tensor> start, List<Map<String, Tensor>> workers) {
    Map<String, Tensor> next = new LinkedHashMap<>();
    start.forEach((name, t) -> {
      float[] from = t.toFloats();
      float[] mean = WeightAverage.mean(name, workers);
      float[] m = velocity.computeIfAbsent(name, _ -> new float[from.length]);
      float[] to = new float[from.length];
      for (int i = 0; i < to.length; i++) {
        double delta = (double) from[i] - mean[i];
        double v = momentum * m[i] + delta;
        m[i] = (float) v;
        to[i] = (float) (from[i] - learningRate * (delta + momentum * v));
      }
      next.put(name, Tensor.F32.of(t.rows(), t.columns(), to));
    });
    return next;
  }
}
