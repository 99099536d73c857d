package dev.stlm.compression.quantise;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finite floats to 4-bit integers. */
public final class Int4Encoding {
  private Int4Encoding() {}

  /**
   * Quantises {@code [rows, columns]} finite values, row major.
   *
   * @param group columns that share a scale, an even divisor of {@code columns}
   */
  public static Tensor.Int4 of(int rows, int columns, int group, float[] values) {
    byte[] pairs = new byte[values.length / 2];
    ByteBuffer scales =
        ByteBuffer.allocate(values.length / group * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int half = group / 2;
    for (int start = 0; start < values.length; start += group) {
      float scale = scale(values, start, group);
      scales.putFloat(scale);
      for (int i = 0; i < half; i++) {
        int low = nibble(values[start + i], scale);
        int high = nibble(values[start + half + i], scale);
        pairs[start / 2 + i] = (byte) (low | high << 4);
      }
    }
    return new Tensor.Int4(
        rows,
        columns,
        group,
        MemorySegment.ofArray(pairs).asReadOnly(),
        MemorySegment.ofArray(scales.array()).asReadOnly());
  }

  private static int nibble(float value, float scale) {
    return scale == 0 ? 8 : (int) Math.clamp(Math.rint((double) value / scale), -8, 7) + 8;
  }

  /** The value of largest magnitude becomes −8, whatever its sign. */
  private static float scale(float[] values, int start, int group) {
    float largest = 0;
    for (int i = start; i < start + group; i++) {
      if (Math.abs(values[i]) > Math.abs(largest)) {
        largest = values[i];
      }
    }
    // a subnormal scale has too few bits to keep the error below half of itself
    return Math.abs(largest) < 8 * Float.MIN_NORMAL ? 0 : largest / -8;
  }
}
