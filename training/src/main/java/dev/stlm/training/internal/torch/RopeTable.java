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
 * @param cos {@code [positions, 1, r]} where r channels of a head rotate; both halves are alike
 * @param sin {@code [positions, 1, r]}; the first half is negative
 */
record RopeTable(NDArray cos, NDArray sin) {
  /** The table for a context of so many positions, by {@link RopeFrequencies}, in 64 bits. */
  static RopeTable of(NDManager manager, AttentionConfig a, int positions, DataType precision) {
    RopeFrequencies frequencies = RopeFrequencies.of(a, positions);
    int half = frequencies.pairs();
    float[] cosines = new float[positions * 2 * half];
    float[] sines = new float[positions * 2 * half];
    for (int i = 0; i < half; i++) {
      for (int t = 0; t < positions; t++) {
        double angle = t * frequencies.frequency(i);
        float cosine = (float) (Math.cos(angle) * frequencies.factor());
        float sine = (float) (Math.sin(angle) * frequencies.factor());
        int at = t * 2 * half + i;
        cosines[at] = cosine;
        cosines[at + half] = cosine;
        sines[at] = -sine;
        sines[at + half] = sine;
      }
    }
    Shape shape = new Shape(positions, 1, 2L * half);
    return new RopeTable(
        manager.create(cosines, shape).toType(precision, false),
        manager.create(sines, shape).toType(precision, false));
  }
}
