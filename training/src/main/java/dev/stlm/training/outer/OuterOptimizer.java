package dev.stlm.training.outer;

import dev.stlm.model.checkpoint.Tensor;
import java.util.List;
import java.util.Map;

/** Makes the weights of the next round of those that the workers have come to in this one. */
public interface OuterOptimizer {
  /**
   * Ends a round. The same arguments in the same order give the same bits.
   *
   * @param start what all workers began the round with, 32-bit floats by name
   * @param workers what each has come to: the same names and shapes; at least one
   * @return what all begin the next round with
   */
  Map<String, Tensor> next(Map<String, Tensor> start, List<Map<String, Tensor>> workers);
}
