package dev.stlm.model.safetensors;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One tensor of a file.
 *
 * @param dtype type of its elements
 * @param shape length of each dimension, outermost first; empty for a scalar
 * @param parts its elements, row major, little endian, in pieces that follow each other: exactly as
 *     many bytes as dtype and shape say; a tensor that was read has one
 */
public record StoredTensor(Dtype dtype, List<Long> shape, List<MemorySegment> parts) {
  public StoredTensor {
    shape = List.copyOf(shape);
    parts = List.copyOf(parts);
    long bytes = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    if (byteSize(dtype, shape) != bytes) {
      throw new IllegalArgumentException(bytes + " bytes for a tensor of " + dtype + " " + shape);
    }
  }

  /** A tensor in one piece. */
  public StoredTensor(Dtype dtype, List<Long> shape, MemorySegment data) {
    this(dtype, shape, List.of(data));
  }

  /**
   * The elements of a tensor in one piece.
   *
   * @throws IllegalStateException if it is in several
   */
  public MemorySegment data() {
    if (parts.size() != 1) {
      throw new IllegalStateException("a tensor in " + parts.size() + " pieces");
    }
    return parts.getFirst();
  }

  /** Bytes of its elements. */
  public long byteSize() {
    return byteSize(dtype, shape);
  }

  /**
   * Bytes that a tensor takes.
   *
   * @throws ArithmeticException if a dimension is negative or the product is over 2⁶³ − 1
   */
  public static long byteSize(Dtype dtype, List<Long> shape) {
    long size = dtype.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new ArithmeticException("negative dimension");
      }
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }
}
