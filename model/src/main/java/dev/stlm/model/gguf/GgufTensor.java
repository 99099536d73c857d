package dev.stlm.model.gguf;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A tensor to be written.
 *
 * @param name its name in llama.cpp
 * @param rows number of rows; 1 with {@code vector}
 * @param columns values of a row, a multiple of the type's block
 * @param vector whether it has one dimension rather than two
 * @param type how it is stored
 * @param content writes its bytes, {@link #byteSize()} of them
 */
record GgufTensor(
    String name, int rows, int columns, boolean vector, GgufType type, Content content) {
  /** Gives the bytes of a tensor. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  GgufTensor {
    if (rows < 1 || columns < 1 || columns % type.block() != 0 || (vector && rows != 1)) {
      throw new IllegalArgumentException(
          name + " is " + rows + " by " + columns + ", which " + type + " can not hold");
    }
  }

  /** Bytes of its values, without what fills up to the next tensor. */
  long byteSize() {
    return (long) rows * type.rowBytes(columns);
  }
}
