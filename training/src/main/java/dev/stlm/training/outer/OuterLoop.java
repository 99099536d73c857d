package dev.stlm.training.outer;

import dev.stlm.model.checkpoint.Tensor;
import java.util.Map;

/**
 * A worker's view of the outer loop: local SGD (Stich 2019, arXiv 1805.09767), DiLoCo (Douillard et
 * al. 2023, arXiv 2311.08105) and their like. After every {@link #innerSteps()} steps the worker
 * calls {@link #exchange} on the thread that trains. With one inner step and workers that start
 * from the same weights this is an exchange of gradients.
 *
 * <p>What the inner optimiser remembers stays with the worker. A worker that was killed and resumed
 * asks again for rounds that it has been through, so an implementation that outlives its workers
 * answers a round that is over with what came out of it.
 */
public interface OuterLoop {
  /** Steps of a worker between exchanges, H; at least 1. */
  int innerSteps();

  /**
   * Gives what this worker has come to and takes what it is to go on from; returns when there is
   * such.
   *
   * @param round from 1: the step divided by {@link #innerSteps()}
   * @param weights values of the stored parameters by name, 32-bit floats; not changed afterwards
   * @return the same names and shapes
   */
  Map<String, Tensor> exchange(long round, Map<String, Tensor> weights);
}
