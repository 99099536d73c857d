package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.StackConfig;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a stack of blocks of width D, ready to run.
 *
 * @param layers the blocks; those that share a matrix have the same one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StackWeights(Layer[] layers) {
  /**
   * One block.
   *
   * @param attentionNorm {@code [D]}
   * @param qkv {@code [(H + 2K) h, D]}
   * @param queryNorm {@code [h]}, with query-key norm
   * @param keyNorm {@code [h]}, with query-key norm
   * @param valueMix {@code [2]}: own values, those of the first layer; with value residual, from
   *     the second layer on
   * @param attentionOutput {@code [D, H h]}
   * @param ffnNorm {@code [D]}
   * @param ffnInput {@code [2F or F, D]}
   * @param ffnInputDelta what is added to it, if anything is
   * @param ffnOutput {@code [D, F]}
   * @param ffnOutputDelta what is added to it, if anything is
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Layer(
      float[] attentionNorm,
      PackedMatrix qkv,
      float @Nullable [] queryNorm,
      float @Nullable [] keyNorm,
      float @Nullable [] valueMix,
      PackedMatrix attentionOutput,
      float[] ffnNorm,
      PackedMatrix ffnInput,
      @Nullable Delta ffnInputDelta,
      PackedMatrix ffnOutput,
      @Nullable Delta ffnOutputDelta) {}

  /**
   * A low-rank matrix {@code up · down}.
   *
   * @param down {@code [rank, inputs]}
   * @param up {@code [outputs, rank]}
   */
  record Delta(PackedMatrix down, PackedMatrix up) {}

  /**
   * The weights of a stack.
   *
   * @param prefix before every name, such as {@code global.}
   */
  static StackWeights of(WeightSource source, String prefix, StackConfig c) {
    boolean qkNorm = c.attention().qkNorm();
    boolean deltas = c.shares().ffnDeltaRank() > 0;
    Layer[] layers = new Layer[c.layers()];
    for (int i = 0; i < layers.length; i++) {
      String a = prefix + "layers." + i + ".attention.";
      String f = prefix + "layers." + i + ".ffn.";
      layers[i] =
          new Layer(
              source.values(a + "norm"),
              source.matrix(a + "qkv"),
              qkNorm ? source.values(a + "queryNorm") : null,
              qkNorm ? source.values(a + "keyNorm") : null,
              c.attention().mixesValues() && i > 0 ? source.values(a + "valueMix") : null,
              source.matrix(a + "output"),
              source.values(f + "norm"),
              source.matrix(f + "input"),
              deltas ? delta(source, f + "inputDelta.") : null,
              source.matrix(f + "output"),
              deltas ? delta(source, f + "outputDelta.") : null);
    }
    return new StackWeights(layers);
  }

  private static Delta delta(WeightSource source, String name) {
    return new Delta(source.matrix(name + "down"), source.matrix(name + "up"));
  }
}
