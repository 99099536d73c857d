package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.runtime.code.HalfEncoding;
import org.jspecify.annotations.Nullable;

/** The two ways in which 16 bits are a number. */
enum HalfFormat {
  /** The upper half of a 32-bit float. */
  BF16 {
    @Override
    float widen(short bits) {
      return Float.intBitsToFloat(bits << 16);
    }
  },
  /** IEEE 754 binary16. */
  F16 {
    @Override
    float widen(short bits) {
      return Float.float16ToFloat(bits);
    }
  };

  /** The same for machine code. */
  HalfEncoding encoding() {
    return this == BF16 ? HalfEncoding.BF16 : HalfEncoding.F16;
  }

  /** The number that the bits stand for, exactly. */
  abstract float widen(short bits);

  /** The format of a tensor; null if it is not 16 bits a value throughout. */
  static @Nullable HalfFormat of(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Bf16 _ -> BF16;
      case Tensor.F16 _ -> F16;
      case Tensor.Rows rows -> of(rows.parts().getFirst());
      case Tensor.F32 _, Tensor.Int8 _, Tensor.Int4 _, Tensor.Sparse _ -> null;
    };
  }
}
