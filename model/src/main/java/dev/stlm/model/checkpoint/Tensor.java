package dev.stlm.model.checkpoint;

import dev.stlm.tokenizer.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The values of one parameter {@code [rows, columns]} in one of a closed set of encodings, row
 * major, little endian. Segments are read-only views: of a mapped file, or of the heap.
 *
 * <p>Every constructor checks that the segments have the bytes that rows and columns ask for and
 * that scales and masks make sense, and throws {@link InvalidInputException} otherwise: what is
 * wrong in a file is wrong in the tensor read from it.
 */
public sealed interface Tensor {
  int rows();

  int columns();

  /** Bytes that the encoding takes, scales and masks included. */
  long byteSize();

  /** Decodes to {@code [rows · columns]} floats. */
  float[] toFloats();

  /** An encoding that stores every value as a floating-point number, and nothing else. */
  sealed interface Dense extends Tensor {
    /** {@code [rows, columns]} numbers. */
    MemorySegment values();

    @Override
    default long byteSize() {
      return values().byteSize();
    }
  }

  /** Plain 32-bit floats. */
  record F32(int rows, int columns, MemorySegment values) implements Dense {
    public F32 {
      TensorChecks.bytes("values", values, Float.BYTES * TensorChecks.size(rows, columns));
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.floats(values);
    }

    /** A tensor over a copy-free view of an array of {@code rows · columns} values. */
    public static F32 of(int rows, int columns, float[] values) {
      if (values.length != Math.multiplyExact(rows, columns)) {
        throw new IllegalArgumentException(
            values.length + " values for a " + rows + " by " + columns + " tensor");
      }
      return new F32(rows, columns, MemorySegment.ofArray(values).asReadOnly());
    }
  }

  /** The upper 16 bits of 32-bit floats. */
  record Bf16(int rows, int columns, MemorySegment values) implements Dense {
    public Bf16 {
      TensorChecks.bytes("values", values, Short.BYTES * TensorChecks.size(rows, columns));
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.bf16(values);
    }
  }

  /** 16-bit floats of IEEE 754 (5 bits of exponent). */
  record F16(int rows, int columns, MemorySegment values) implements Dense {
    public F16 {
      TensorChecks.bytes("values", values, Short.BYTES * TensorChecks.size(rows, columns));
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.f16(values);
    }
  }

  /**
   * Tensors one above the other: a fused projection whose parts lie apart, without a copy. Stored,
   * it is the one tensor that it stands for, so that it is never read back as this.
   *
   * @param parts at least one, from the top; all of one encoding and as many columns
   */
  record Rows(List<Dense> parts) implements Tensor {
    public Rows {
      parts = List.copyOf(parts);
      TensorChecks.stack(parts);
    }

    @Override
    public int rows() {
      int rows = 0;
      for (Dense part : parts) {
        rows += part.rows();
      }
      return rows;
    }

    @Override
    public int columns() {
      return parts.getFirst().columns();
    }

    @Override
    public long byteSize() {
      return parts.stream().mapToLong(Tensor::byteSize).sum();
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.rows(this);
    }
  }

  /**
   * Symmetric 8-bit integers: value = quantised · scale, quantised in [-127, 127].
   *
   * @param group columns that share a scale: a divisor of {@code columns}
   * @param values {@code [rows, columns]} bytes
   * @param scales {@code [rows, columns / group]} 32-bit floats, finite and not negative
   */
  record Int8(int rows, int columns, int group, MemorySegment values, MemorySegment scales)
      implements Tensor {
    public Int8 {
      long size = TensorChecks.size(rows, columns);
      if (group < 1 || columns % group != 0) {
        throw new InvalidInputException(
            "group of " + group + " columns does not divide the " + columns + " of the tensor");
      }
      TensorChecks.bytes("values", values, size);
      TensorChecks.bytes("scales", scales, Float.BYTES * (size / group));
      TensorChecks.symmetric(values);
      TensorChecks.scales(scales);
    }

    @Override
    public long byteSize() {
      return values.byteSize() + scales.byteSize();
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.int8(this);
    }
  }

  /**
   * 4-bit integers: value = quantised · scale, quantised in [-8, 7].
   *
   * <p>In a group of g columns, byte i has the values i and i + g/2 of the group, each plus 8: the
   * first in its lower half, the second in its upper half.
   *
   * @param group columns that share a scale: even, a divisor of {@code columns}
   * @param values {@code [rows, columns / 2]} bytes
   * @param scales {@code [rows, columns / group]} 32-bit floats, finite; negative ones too, so that
   *     the largest value of a group can be the one that has a −8
   */
  record Int4(int rows, int columns, int group, MemorySegment values, MemorySegment scales)
      implements Tensor {
    public Int4 {
      long size = TensorChecks.size(rows, columns);
      if (group < 2 || group % 2 != 0 || columns % group != 0) {
        throw new InvalidInputException(
            "group of %d columns; it must be even and divide the %d of the tensor"
                .formatted(group, columns));
      }
      TensorChecks.bytes("values", values, size / 2);
      TensorChecks.bytes("scales", scales, Float.BYTES * (size / group));
      TensorChecks.finite(scales);
    }

    @Override
    public long byteSize() {
      return values.byteSize() + scales.byteSize();
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.int4(this);
    }
  }

  /**
   * 32-bit floats of which only some are stored; the others are zero.
   *
   * @param mask bit i (little endian in each byte) is set where value i (row major over the whole
   *     tensor) is stored; {@code rows · columns / 8} bytes rounded up, spare bits zero
   * @param values the stored values in order
   */
  record Sparse(int rows, int columns, MemorySegment mask, MemorySegment values) implements Tensor {
    public Sparse {
      long size = TensorChecks.size(rows, columns);
      TensorChecks.bytes("mask", mask, (size + 7) / 8);
      TensorChecks.bytes("values", values, Float.BYTES * TensorChecks.bits(mask, size));
    }

    @Override
    public long byteSize() {
      return mask.byteSize() + values.byteSize();
    }

    @Override
    public float[] toFloats() {
      return TensorDecoding.sparse(this);
    }
  }
}
