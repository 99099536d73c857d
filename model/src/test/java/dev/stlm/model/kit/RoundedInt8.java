package dev.stlm.model.kit;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;

/** Rounds to nearest, scale max|w| / 127 a group: enough to test what runs 8-bit weights. */
final class RoundedInt8 {
  private RoundedInt8() {}

  static Tensor of(Tensor tensor, int wantedGroup) {
    int columns = tensor.columns();
    int group = columns % wantedGroup == 0 ? wantedGroup : columns;
    float[] values = tensor.toFloats();
    byte[] quantised = new byte[values.length];
    float[] scales = new float[values.length / group];
    for (int g = 0; g < scales.length; g++) {
      float max = 0;
      for (int i = g * group; i < (g + 1) * group; i++) {
        max = Math.max(max, Math.abs(values[i]));
      }
      scales[g] = max / 127;
      for (int i = g * group; i < (g + 1) * group; i++) {
        quantised[i] = max == 0 ? 0 : (byte) Math.rint(values[i] / scales[g]);
      }
    }
    return new Tensor.Int8(
        tensor.rows(),
        columns,
        group,
        MemorySegment.ofArray(quantised).asReadOnly(),
        MemorySegment.ofArray(scales).asReadOnly());
  }
}
