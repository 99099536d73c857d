package dev.stlm.training.internal.torch;

import dev.stlm.training.config.Precision;

/**
 * How the operations of a program compute; the same for all of them.
 *
 * @param precision of products; not {@link Precision#AUTO}
 * @param gpu whether the program is for a GPU, where passes over vectors cost more than products: a
 *     norm is one operation, and in mixed precision what goes from one product to the next stays in
 *     bfloat16. On a CPU both are slower.
 */
record Arithmetic(Precision precision, boolean gpu) {
  /** An expression for a tensor in bfloat16, PyTorch's type number 15. */
  static String bfloat16(String tensor) {
    return "torch.to(%s, 15)".formatted(tensor);
  }

  /** Whether products take bfloat16. */
  boolean mixed() {
    return precision == Precision.MIXED;
  }

  /** Whether what goes from one product to the next is bfloat16, too: attention takes it. */
  boolean narrow() {
    return mixed() && gpu;
  }
}
