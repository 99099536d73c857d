package dev.stlm.model.checkpoint;

import dev.stlm.model.config.Parameter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tensors of simple exact values in any encoding: value i of parameter k is ((7 i + k) mod 23 − 11)
 * / 8. All encodings hold them without loss.
 */
final class PatternTensors {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PatternTensors() {}

  static float[] values(Parameter p, int k) {
    float[] values = new float[Math.toIntExact(p.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((7 * i + k) % 23 - 11) / 8f;
    }
    return values;
  }

  static Tensor f32(Parameter p, int k) {
    return Tensor.F32.of(p.rows(), p.columns(), values(p, k));
  }

  static Tensor bf16(Parameter p, int k) {
    float[] values = values(p, k);
    MemorySegment halves = MemorySegment.ofArray(new byte[2 * values.length]);
    for (int i = 0; i < values.length; i++) {
      halves.setAtIndex(SHORT, i, (short) (Float.floatToRawIntBits(values[i]) >>> 16));
    }
    return new Tensor.Bf16(p.rows(), p.columns(), halves);
  }

  static Tensor.F16 f16(int rows, int columns, float[] values) {
    MemorySegment halves = MemorySegment.ofArray(new byte[2 * values.length]);
    for (int i = 0; i < values.length; i++) {
      halves.setAtIndex(SHORT, i, Float.floatToFloat16(values[i]));
    }
    return new Tensor.F16(rows, columns, halves);
  }

  static Tensor f16(Parameter p, int k) {
    return f16(p.rows(), p.columns(), values(p, k));
  }

  /** Each row by itself. */
  static Tensor rows(Parameter p, int k) {
    float[] values = values(p, k);
    List<Tensor.Dense> parts = new ArrayList<>();
    for (int r = 0; r < p.rows(); r++) {
      float[] row = Arrays.copyOfRange(values, r * p.columns(), (r + 1) * p.columns());
      parts.add(f16(1, p.columns(), row));
    }
    return new Tensor.Rows(parts);
  }

  static Tensor int8(Parameter p, int k, int group) {
    float[] values = values(p, k);
    byte[] quantised = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      quantised[i] = (byte) (values[i] * 8);
    }
    float[] scales = new float[values.length / group];
    Arrays.fill(scales, 1 / 8f);
    return new Tensor.Int8(
        p.rows(),
        p.columns(),
        group,
        MemorySegment.ofArray(quantised),
        MemorySegment.ofArray(scales));
  }

  static Tensor sparse(Parameter p, int k) {
    float[] values = values(p, k);
    byte[] mask = new byte[(values.length + 7) / 8];
    float[] kept = new float[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        mask[i / 8] |= (byte) (1 << i % 8);
        kept[n++] = values[i];
      }
    }
    return new Tensor.Sparse(
        p.rows(),
        p.columns(),
        MemorySegment.ofArray(mask),
        MemorySegment.ofArray(Arrays.copyOf(kept, n)));
  }
}
