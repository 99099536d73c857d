package dev.stlm.model.kit;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;

/** Rounds to nearest, scale max|w| / 7 a group: enough to test what runs 4-bit weights. */
final class RoundedInt4 {
  private RoundedInt4() {}

  /** A tensor in groups; as it is where its columns are odd. */
  static Tensor of(Tensor tensor, int wantedGroup) {
    int columns = tensor.columns();
    if (columns % 2 != 0) {
      return tensor;
    }
    int group = columns % wantedGroup == 0 ? wantedGroup : columns;
    int half = group / 2;
    float[] values = tensor.toFloats();
    byte[] pairs = new byte[values.length / 2];
    float[] scales = new float[values.length / group];
    for (int g = 0; g < scales.length; g++) {
      int start = g * group;
      float max = 0;
      for (int i = start; i < start + group; i++) {
        max = Math.max(max, Math.abs(values[i]));
      }
      scales[g] = g % 2 == 0 ? max / 7 : -max / 7;
      for (int i = 0; i < half; i++) {
        int low = nibble(values[start + i], scales[g]);
        int high = nibble(values[start + half + i], scales[g]);
        pairs[start / 2 + i] = (byte) (low | high << 4);
      }
    }
    return new Tensor.Int4(
        tensor.rows(),
        columns,
        group,
        MemorySegment.ofArray(pairs).asReadOnly(),
        MemorySegment.ofArray(scales).asReadOnly());
  }

  private static int nibble(float value, float scale) {
    return scale == 0 ? 8 : (int) Math.rint(value / scale) + 8;
  }
}
