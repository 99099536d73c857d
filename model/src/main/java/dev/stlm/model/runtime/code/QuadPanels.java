package dev.stlm.model.runtime.code;

import java.lang.foreign.MemorySegment;

/**
 * Panels of outputs of a matrix of integers, one after the other, as {@link QuadProducts} take
 * them.
 *
 * @param count of panels
 * @param columns outputs of a panel, a multiple of {@link #COLUMNS}
 * @param block inputs of a block, a multiple of {@link #INPUTS}
 * @param blocks how many
 * @param weights {@code [count, blocks · block / form.inputs(), columns]} lanes of 32 bits, as
 *     {@code form} says
 * @param scales {@code [count, blocks, columns]} floats
 */
public record QuadPanels(
    QuadWeights form,
    int count,
    int columns,
    int block,
    int blocks,
    MemorySegment weights,
    MemorySegment scales) {
  /** Columns are a multiple of it. */
  public static final int COLUMNS = 16;

  /** Inputs of a block are a multiple of it. */
  public static final int INPUTS = 16;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if they do not fit each other, or memory is of the heap
   */
  public QuadPanels {
    if (count < 1
        || blocks < 1
        || columns < COLUMNS
        || columns % COLUMNS != 0
        || block < INPUTS
        || block % INPUTS != 0) {
      throw new IllegalArgumentException(
          count + " panels of " + columns + " columns, " + blocks + " blocks of " + block);
    }
    if (weights.byteSize() != count * weightBytes(form, columns, block, blocks)
        || scales.byteSize() != count * scaleBytes(columns, blocks)) {
      throw new IllegalArgumentException(
          weights.byteSize() + " bytes of weights, " + scales.byteSize() + " of scales");
    }
    if (!weights.isNative() || !scales.isNative()) {
      throw new IllegalArgumentException("memory of the heap");
    }
  }

  /** Bytes of the weights of a panel. */
  public static long weightBytes(QuadWeights form, int columns, int block, int blocks) {
    return (long) Integer.BYTES * columns * (block / form.inputs()) * blocks;
  }

  /** Bytes of the scales of a panel. */
  public static long scaleBytes(int columns, int blocks) {
    return (long) Float.BYTES * columns * blocks;
  }

  long weightBytes() {
    return weightBytes(form, columns, block, blocks);
  }

  long scaleBytes() {
    return scaleBytes(columns, blocks);
  }
}
