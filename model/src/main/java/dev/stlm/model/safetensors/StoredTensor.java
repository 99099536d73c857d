package dev.stlm.model.safetensors;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One tensor of a file.
 *
 * @param dtype type of its elements
 * @param shape length of each dimension, outermost first; empty for a scalar
 * @param data its elements, row major, little endian: exactly as many bytes as dtype and shape say
 */
public record StoredTensor(Dtype dtype, List<Long> shape, MemorySegment data) {
  public StoredTensor {
    shape = List.copyOf(shape);
    if (byteSize(dtype, shape) != data.byteSize()) {
      throw new IllegalArgumentException(
          data.byteSize() + " bytes for a tensor of " + dtype + " " + shape);
    }
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
