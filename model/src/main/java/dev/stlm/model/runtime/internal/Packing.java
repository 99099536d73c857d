package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.runtime.code.MachineCode;
import dev.stlm.model.runtime.code.WeightMemory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which form the matrices of a model get for the kernels that will run it, and whose memory they
 * are in: closed when nothing multiplies with them any more. One thread at a time.
 */
final class Packing implements AutoCloseable {
  private final Optional<MachineCode> code;
  private @Nullable WeightMemory memory; // only where a matrix is put into it

  Packing(Kernels kernels) {
    code = kernels.code();
  }

  /**
   * Packs a tensor: integers as they are; 16-bit floats not at all, they stay where they are; other
   * encodings as floats.
   */
  PackedMatrix pack(Tensor tensor) {
    if (tensor instanceof Tensor.Int8 int8) {
      return code.isPresent() && PackedQuads.fits(int8)
          ? PackedQuads.pack(int8, code.get(), memory(code.get()))
          : PackedInt8.pack(int8);
    }
    if (tensor instanceof Tensor.Int4 int4) {
      return code.isPresent() && PackedQuads.fits(int4)
          ? PackedQuads.pack(int4, code.get(), memory(code.get()))
          : PackedInt4.pack(int4);
    }
    HalfFormat half = HalfFormat.of(tensor);
    return half == null ? PackedF32.pack(tensor) : PackedHalf.view(tensor, half);
  }

  private WeightMemory memory(MachineCode from) {
    if (memory == null) {
      memory = from.newMemory();
    }
    return memory;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
