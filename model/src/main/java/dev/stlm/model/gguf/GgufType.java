package dev.stlm.model.gguf;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the matrices of a GGUF file are stored. Vectors are always 32-bit floats. */
public enum GgufType {
  /** 32-bit floats. */
  F32(0, 0, 1, 4),
  /** 16-bit floats of IEEE 754. */
  F16(1, 1, 1, 2),
  /** 32 values of 4 bits in [-8, 7] and their scale, a 16-bit float. */
  Q4_0(2, 2, 32, 18),
  /** 32 values of 8 bits in [-127, 127] and their scale, a 16-bit float. */
  Q8_0(8, 7, 32, 34);

  private final int tensorId;
  private final int fileId;
  private final int block;
  private final int blockBytes;

  GgufType(int tensorId, int fileId, int block, int blockBytes) {
    this.tensorId = tensorId;
    this.fileId = fileId;
    this.block = block;
    this.blockBytes = blockBytes;
  }

  /**
   * A type by its name in llama.cpp, such as {@code q8_0}.
   *
   * @throws InvalidInputException if there is none of that name
   */
  public static GgufType named(String name) {
    for (GgufType type : values()) {
      if (type.toString().equals(name)) {
        return type;
      }
    }
    throw new InvalidInputException("GGUF type \"" + name + "\" is not known; allowed: " + names());
  }

  /** All names, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(GgufType::toString).collect(Collectors.joining(", "));
  }

  /** The number of this type in a tensor's entry. */
  int tensorId() {
    return tensorId;
  }

  /** The number of a file whose matrices mostly are of this type ({@code general.file_type}). */
  int fileId() {
    return fileId;
  }

  /** Values in a row that are stored together. */
  int block() {
    return block;
  }

  /** Bytes of a row of so many values, a multiple of {@link #block()}. */
  int rowBytes(int columns) {
    return Math.multiplyExact(columns / block, blockBytes);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
