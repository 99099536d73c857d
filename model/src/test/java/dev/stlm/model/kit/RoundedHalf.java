package dev.stlm.model.kit;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Sixteen bits a value: enough to test what runs them. */
final class RoundedHalf {
  private RoundedHalf() {}

  /** The upper halves of the floats. */
  static Tensor.Dense bf16(int rows, int columns, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putShort((short) (Float.floatToIntBits(v) >>> 16));
    }
    return new Tensor.Bf16(rows, columns, MemorySegment.ofArray(bytes.array()).asReadOnly());
  }

  /** The nearest numbers of IEEE binary16. */
  static Tensor.Dense f16(int rows, int columns, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putShort(Float.floatToFloat16(v));
    }
    return new Tensor.F16(rows, columns, MemorySegment.ofArray(bytes.array()).asReadOnly());
  }

  /** The same values in f16 in three parts, or fewer where there are not so many rows. */
  static Tensor stacked(Tensor tensor) {
    int columns = tensor.columns();
    float[] values = tensor.toFloats();
    int cut = tensor.rows() / 3;
    if (cut == 0) {
      return f16(tensor.rows(), columns, values);
    }
    return new Tensor.Rows(
        List.of(
            f16(cut, columns, Arrays.copyOf(values, cut * columns)),
            f16(1, columns, Arrays.copyOfRange(values, cut * columns, (cut + 1) * columns)),
            f16(
                tensor.rows() - cut - 1,
                columns,
                Arrays.copyOfRange(values, (cut + 1) * columns, values.length))));
  }
}
