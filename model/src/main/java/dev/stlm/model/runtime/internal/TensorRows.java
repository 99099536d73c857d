package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads a tensor by row. Floats and integers stay where the checkpoint has them (normally a mapped
 * file); a sparse tensor is decoded once. Only bulk copies touch the segments: single elements are
 * slow in ahead-of-time images.
 */
abstract sealed class TensorRows {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static TensorRows of(Tensor tensor) {
    return switch (tensor) {
      case Tensor.F32 t -> new Floats(t.values(), t.columns());
      case Tensor.Bf16 t -> new Half(HalfFormat.BF16, t);
      case Tensor.F16 t -> new Half(HalfFormat.F16, t);
      case Tensor.Int8 t -> new Int8(t);
      case Tensor.Int4 t -> new Int4(t);
      case Tensor.Rows t -> new Stacked(t);
      case Tensor.Sparse t -> new Floats(MemorySegment.ofArray(t.toFloats()), t.columns());
    };
  }

  /**
   * Decodes row r to the start of an array.
   *
   * @param bytes at least {@code columns} bytes to work in
   * @param halves at least {@code columns} 16-bit numbers to work in
   * @param scales at least {@code columns} floats to work in
   */
  abstract void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales);

  private static final class Floats extends TensorRows {
    private final MemorySegment values;
    private final int columns;

    Floats(MemorySegment values, int columns) {
      this.values = values;
      this.columns = columns;
    }

    @Override
    void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales) {
      MemorySegment.copy(values, FLOAT, 4L * r * columns, row, 0, columns);
    }
  }

  private static final class Half extends TensorRows {
    private final HalfFormat format;
    private final Tensor.Dense tensor;

    Half(HalfFormat format, Tensor.Dense tensor) {
      this.format = format;
      this.tensor = tensor;
    }

    @Override
    void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales) {
      int columns = tensor.columns();
      MemorySegment.copy(tensor.values(), SHORT, 2L * r * columns, halves, 0, columns);
      ScalarHalf.widen(format, halves, 0, columns, row, 0);
    }
  }

  private static final class Stacked extends TensorRows {
    private final TensorRows[] parts;
    private final int[] ends;

    Stacked(Tensor.Rows tensor) {
      parts = tensor.parts().stream().map(TensorRows::of).toArray(TensorRows[]::new);
      ends = tensor.parts().stream().mapToInt(Tensor::rows).toArray();
      Arrays.parallelPrefix(ends, Integer::sum);
    }

    @Override
    void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales) {
      int part = 0;
      while (r >= ends[part]) {
        part++;
      }
      parts[part].read(part == 0 ? r : r - ends[part - 1], row, bytes, halves, scales);
    }
  }

  private static final class Int8 extends TensorRows {
    private final Tensor.Int8 tensor;

    Int8(Tensor.Int8 tensor) {
      this.tensor = tensor;
    }

    @Override
    void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales) {
      int columns = tensor.columns();
      int group = tensor.group();
      int groups = columns / group;
      MemorySegment.copy(
          tensor.values(), ValueLayout.JAVA_BYTE, (long) r * columns, bytes, 0, columns);
      MemorySegment.copy(tensor.scales(), FLOAT, 4L * r * groups, scales, 0, groups);
      for (int g = 0; g < groups; g++) {
        for (int i = g * group; i < (g + 1) * group; i++) {
          row[i] = bytes[i] * scales[g];
        }
      }
    }
  }

  private static final class Int4 extends TensorRows {
    private final Tensor.Int4 tensor;

    Int4(Tensor.Int4 tensor) {
      this.tensor = tensor;
    }

    @Override
    void read(int r, float[] row, byte[] bytes, short[] halves, float[] scales) {
      int columns = tensor.columns();
      int half = tensor.group() / 2;
      int groups = columns / tensor.group();
      MemorySegment.copy(
          tensor.values(), ValueLayout.JAVA_BYTE, (long) r * columns / 2, bytes, 0, columns / 2);
      MemorySegment.copy(tensor.scales(), FLOAT, 4L * r * groups, scales, 0, groups);
      for (int g = 0; g < groups; g++) {
        for (int i = g * half; i < (g + 1) * half; i++) {
          row[g * half + i] = ((bytes[i] & 15) - 8) * scales[g];
          row[(g + 1) * half + i] = ((bytes[i] >> 4 & 15) - 8) * scales[g];
        }
      }
    }
  }
}
