package dev.stlm.training.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.stlm.model.config.AttentionConfig;

/**
 * Cosines and sines of the rotary angles of a stack (Su et al. 2021, arXiv 2104.09864).
 *
 * @param cos {@code [positions, 1, r / 2]} where r channels of a head rotate
 * @param sin {@code [positions, 1, r / 2]}
 */
record RopeTable(NDArray cos, NDArray sin) {
  /** The table for positions from 0 on, angles in 64 bits. */
  static RopeTable of(NDManager manager, AttentionConfig a, int positions, DataType precision) {
    int half = a.rotated() / 2;
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    for (int i = 0; i < half; i++) {
      double frequency = Math.pow(a.ropeTheta(), -2.0 * i / a.rotated());
      for (int t = 0; t < positions; t++) {
        cosines[t * half + i] = (float) Math.cos(t * frequency);
        sines[t * half + i] = (float) Math.sin(t * frequency);
      }
    }
    Shape shape = new Shape(positions, 1, half);
    return new RopeTable(
        manager.create(cosines, shape).toType(precision, false),
        manager.create(sines, shape).toType(precision, false));
  }
}
