package dev.stlm.compression.quantise;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finite floats to symmetric 8-bit integers. */
public final class Int8Encoding {
  private static final int LARGEST = 127;

  private Int8Encoding() {}

  /**
   * Quantises {@code [rows, columns]} finite values, row major.
   *
   * @param group columns that share a scale, a divisor of {@code columns}
   */
  public static Tensor.Int8 of(int rows, int columns, int group, float[] values) {
    byte[] quantised = new byte[values.length];
    ByteBuffer scales =
        ByteBuffer.allocate(values.length / group * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < values.length; start += group) {
      float scale = scale(values, start, group);
      scales.putFloat(scale);
      for (int i = start; i < start + group && scale > 0; i++) {
        double q = Math.rint((double) values[i] / scale);
        quantised[i] = (byte) Math.clamp(q, -LARGEST, LARGEST);
      }
    }
    return new Tensor.Int8(
        rows,
        columns,
        group,
        MemorySegment.ofArray(quantised).asReadOnly(),
        MemorySegment.ofArray(scales.array()).asReadOnly());
  }

  private static float scale(float[] values, int start, int group) {
    float largest = 0;
    for (int i = start; i < start + group; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    // a subnormal scale has too few bits to keep the error below half of itself
    return largest == 0 ? 0 : Math.max(largest / LARGEST, Float.MIN_NORMAL);
  }
}
