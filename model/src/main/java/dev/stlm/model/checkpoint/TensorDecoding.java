package dev.stlm.model.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Every encoding to plain floats. Segments are copied to arrays first: single elements of a segment
 * are slow in ahead-of-time images.
 */
final class TensorDecoding {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorDecoding() {}

  static float[] floats(MemorySegment values) {
    return values.toArray(FLOAT);
  }

  static float[] bf16(MemorySegment values) {
    short[] bits = values.toArray(SHORT);
    float[] out = new float[bits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.intBitsToFloat(bits[i] << 16);
    }
    return out;
  }

  static float[] f16(MemorySegment values) {
    short[] bits = values.toArray(SHORT);
    float[] out = new float[bits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.float16ToFloat(bits[i]);
    }
    return out;
  }

  static float[] rows(Tensor.Rows t) {
    float[] out = new float[Math.multiplyExact(t.rows(), t.columns())];
    int at = 0;
    for (Tensor part : t.parts()) {
      float[] values = part.toFloats();
      System.arraycopy(values, 0, out, at, values.length);
      at += values.length;
    }
    return out;
  }

  static float[] int8(Tensor.Int8 t) {
    float[] out = new float[Math.multiplyExact(t.rows(), t.columns())];
    byte[] values = t.values().toArray(JAVA_BYTE);
    float[] scales = t.scales().toArray(FLOAT);
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] * scales[i / t.group()];
    }
    return out;
  }

  static float[] int4(Tensor.Int4 t) {
    float[] out = new float[Math.multiplyExact(t.rows(), t.columns())];
    byte[] pairs = t.values().toArray(JAVA_BYTE);
    float[] scales = t.scales().toArray(FLOAT);
    int half = t.group() / 2;
    for (int start = 0; start < out.length; start += t.group()) {
      float scale = scales[start / t.group()];
      for (int i = 0; i < half; i++) {
        int pair = pairs[start / 2 + i] & 0xFF;
        out[start + i] = ((pair & 15) - 8) * scale;
        out[start + half + i] = ((pair >> 4) - 8) * scale;
      }
    }
    return out;
  }

  static float[] sparse(Tensor.Sparse t) {
    float[] out = new float[Math.multiplyExact(t.rows(), t.columns())];
    byte[] mask = t.mask().toArray(JAVA_BYTE);
    float[] values = t.values().toArray(FLOAT);
    int next = 0;
    for (int i = 0; i < out.length; i++) {
      if ((mask[i >> 3] >> (i & 7) & 1) != 0) {
        out[i] = values[next++];
      }
    }
    return out;
  }
}
