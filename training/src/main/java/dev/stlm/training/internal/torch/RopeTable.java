package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.RopeFrequencies;

/**
 * Cosines and sines of the rotary angles of a stack (Su et al. 2021, arXiv 2104.09864).
 *
 * @param cos {@code [positions, 1, r / 2]} where r channels of a head rotate
 * @param sin {@code [positions, 1, r / 2]}
 */
record RopeTable(NDArray cos, NDArray sin) {
  /** The table for a context of so many positions, by {@link RopeFrequencies}, in 64 bits. */
  static RopeTable of(NDManager manager, AttentionConfig a, int positions, DataType precision) {
    RopeFrequencies frequencies = RopeFrequencies.of(a, positions);
    int half = frequencies.pairs();
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    for (int i = 0; i < half; i++) {
      for (int t = 0; t < positions; t++) {
        double angle = t * frequencies.frequency(i);
        cosines[t * half + i] = (float) (Math.cos(angle) * frequencies.factor());
        sines[t * half + i] = (float) (Math.sin(angle) * frequencies.factor());
      }
    }
    Shape shape = new Shape(positions, 1, half);
    return new RopeTable(
        manager.create(cosines, shape).toType(precision, false),
        manager.create(sines, shape).toType(precision, false));
  }
}
