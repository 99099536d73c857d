package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.NgramHash;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.InvalidInputException;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Optional;

/** What a program takes besides parameters: ids, n-gram rows, rotary tables. */
final class ModelInputs {
  private final Optional<NgramConfig> ngrams;
  private final NDArray cos;
  private final NDArray sin;

  ModelInputs(NDManager manager, ModelConfig config, DataType precision) {
    FlatConfig flat =
        switch (config) {
          case FlatConfig f -> f;
          case PooledConfig _ ->
              throw new InvalidInputException("runtime djl: it runs flat models; use another one");
        };
    this.ngrams = flat.ngrams();
    AttentionConfig a = flat.attention();
    int positions = flat.contextLength();
    int half = a.headWidth() / 2;
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    for (int t = 0; t < positions; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(a.ropeTheta(), -2.0 * i / a.headWidth());
        cosines[t * half + i] = (float) Math.cos(angle);
        sines[t * half + i] = (float) Math.sin(angle);
      }
    }
    this.cos = manager.create(cosines, new Shape(positions, 1, half)).toType(precision, false);
    this.sin = manager.create(sines, new Shape(positions, 1, half)).toType(precision, false);
  }

  /** Cosines {@code [context, 1, h / 2]}. */
  NDArray cos() {
    return cos;
  }

  /** Sines {@code [context, 1, h / 2]}. */
  NDArray sin() {
    return sin;
  }

  /** Ids as 64-bit integers of a shape. */
  static NDArray ids(NDManager manager, int[] ids, Shape shape) {
    LongBuffer buffer = LongBuffer.allocate(ids.length);
    for (int id : ids) {
      buffer.put(id);
    }
    return manager.create(buffer.flip(), shape, DataType.INT64);
  }

  /**
   * Rows of the n-gram tables {@code [groups, N, sequences, length]}; without n-grams N is 0.
   *
   * @param ids {@code [groups, sequences, length]}
   */
  NDArray rows(NDManager manager, int[] ids, int groups, int sequences, int length) {
    List<Integer> orders = ngrams.map(NgramConfig::orders).orElse(List.of());
    int tableRows = ngrams.map(NgramConfig::rows).orElse(0);
    LongBuffer buffer = LongBuffer.allocate(ids.length * orders.size());
    int[] sequence = new int[length];
    for (int g = 0; g < groups; g++) {
      for (int order : orders) {
        for (int s = 0; s < sequences; s++) {
          System.arraycopy(ids, (g * sequences + s) * length, sequence, 0, length);
          for (int t = 0; t < length; t++) {
            buffer.put(NgramHash.row(sequence, t, order, tableRows));
          }
        }
      }
    }
    return manager.create(
        buffer.flip(), new Shape(groups, orders.size(), sequences, length), DataType.INT64);
  }
}
