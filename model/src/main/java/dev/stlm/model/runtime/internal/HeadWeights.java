package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * What turns vectors of width D into logits.
 *
 * @param norm gain of the last norm {@code [D]}
 * @param matrix {@code [V, D]}
 * @param draft the cell that drafts later ids, if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeadWeights(float[] norm, PackedMatrix matrix, @Nullable Draft draft) {
  /**
   * The cell of {@link ModelConfig#futureIds()}.
   *
   * @param norm {@code [D]}
   * @param idNorm {@code [D]}
   * @param input {@code [2D, 2D]}
   * @param output {@code [D, 2D]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Draft(float[] norm, float[] idNorm, PackedMatrix input, PackedMatrix output) {}

  static HeadWeights of(WeightSource source, ModelConfig c) {
    Draft draft =
        c.futureIds().isEmpty()
            ? null
            : new Draft(
                source.values("future.norm"),
                source.values("future.idNorm"),
                source.matrix("future.input"),
                source.matrix("future.output"));
    return new HeadWeights(source.values("norm"), source.matrix("head"), draft);
  }
}
