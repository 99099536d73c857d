package dev.stlm.training.internal.data;

import dev.stlm.training.internal.torch.Batch;

/** Sequences to learn, in an order without end. */
public interface BatchSource {
  /**
   * Sequences number {@code first} on as a batch; a function of its arguments alone.
   *
   * @param first counts from 0 over all epochs; a multiple of {@code groups · sequences}
   * @param groups micro-batches
   * @param sequences of a micro-batch
   */
  Batch batch(long first, int groups, int sequences);
}
