package dev.stlm.model.checkpoint;

import dev.stlm.tokenizer.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Whether the segments of a tensor hold what its encoding promises. Values are copied to arrays in
 * pieces, since single elements of a segment are slow in ahead-of-time images.
 */
final class TensorChecks {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PIECE = 1024;

  /**
   * Bound while tensors are read that were checked before they were written: each value is not
   * looked at again. Sizes are checked all the same.
   */
  static final ScopedValue<Boolean> CHECKED_WHEN_WRITTEN = ScopedValue.newInstance();

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private TensorChecks() {}

  /** Number of values; they must fit an array. */
  static long size(int rows, int columns) {
    if (rows < 1 || columns < 1 || (long) rows * columns > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "a tensor of %d by %d; it must have 1 to 2^31 - 9 values".formatted(rows, columns));
    }
    return (long) rows * columns;
  }

  static void bytes(String what, MemorySegment segment, long expected) {
    if (segment.byteSize() != expected) {
      throw new InvalidInputException(
          "%s take %d bytes, not %d".formatted(what, segment.byteSize(), expected));
    }
  }

  /** The parts of a {@link Tensor.Rows}. */
  static void stack(List<Tensor.Dense> parts) {
    if (parts.isEmpty()) {
      throw new InvalidInputException("no part to stack; give at least one tensor");
    }
    Tensor.Dense first = parts.getFirst();
    long rows = 0;
    for (Tensor.Dense part : parts) {
      if (part.columns() != first.columns()) {
        throw new InvalidInputException(
            "tensors of %d and %d columns; parts of one parameter must have as many"
                .formatted(first.columns(), part.columns()));
      }
      if (part.getClass() != first.getClass()) {
        throw new InvalidInputException(
            "tensors of different types; the parts of one parameter must have the same");
      }
      rows += part.rows();
    }
    size((int) Math.min(rows, Integer.MAX_VALUE), first.columns());
  }

  /** No −128: kernels multiply pairs of 8-bit values into 16-bit sums, which would overflow. */
  static void symmetric(MemorySegment values) {
    if (CHECKED_WHEN_WRITTEN.isBound()) {
      return;
    }
    long[] piece = new long[PIECE];
    long words = values.byteSize() / Long.BYTES;
    for (long at = 0; at < words; at += PIECE) {
      int n = (int) Math.min(PIECE, words - at);
      MemorySegment.copy(values, LONG, at * Long.BYTES, piece, 0, n);
      for (int i = 0; i < n; i++) {
        // a byte of x is zero exactly where the value is −128
        long x = piece[i] ^ HIGH_BITS;
        if ((x - LOW_BITS & ~x & HIGH_BITS) != 0) {
          throw outOfRange();
        }
      }
    }
    long whole = words * Long.BYTES;
    for (byte value : values.asSlice(whole).toArray(ValueLayout.JAVA_BYTE)) {
      if (value == -128) {
        throw outOfRange();
      }
    }
  }

  /** Scales that are finite and not negative. */
  static void scales(MemorySegment scales) {
    finite(scales, 0, "finite and not negative");
  }

  /** Scales that are finite. */
  static void finite(MemorySegment scales) {
    finite(scales, -Float.MAX_VALUE, "finite");
  }

  private static void finite(MemorySegment scales, float least, String allowed) {
    if (CHECKED_WHEN_WRITTEN.isBound()) {
      return;
    }
    float[] piece = new float[PIECE];
    long n = scales.byteSize() / Float.BYTES;
    for (long at = 0; at < n; at += PIECE) {
      int count = (int) Math.min(PIECE, n - at);
      MemorySegment.copy(scales, FLOAT, at * Float.BYTES, piece, 0, count);
      for (int i = 0; i < count; i++) {
        float scale = piece[i];
        if (!(scale >= least) || scale == Float.POSITIVE_INFINITY) {
          throw new InvalidInputException(
              "scale " + (at + i) + " is " + scale + "; scales must be " + allowed);
        }
      }
    }
  }

  /** Number of set bits among the first {@code size}; none may be set after them. */
  static long bits(MemorySegment mask, long size) {
    byte[] bytes = mask.toArray(ValueLayout.JAVA_BYTE);
    long bits = 0;
    for (byte b : bytes) {
      bits += Integer.bitCount(b & 0xFF);
    }
    int spare = (int) (bytes.length * 8L - size);
    if (spare > 0 && (bytes[bytes.length - 1] & 0xFF) >> (8 - spare) != 0) {
      throw new InvalidInputException("the mask has bits after the last value");
    }
    return bits;
  }

  private static InvalidInputException outOfRange() {
    return new InvalidInputException("an 8-bit value is -128; they must lie in [-127, 127]");
  }
}
