package dev.stlm.training.internal.torch;

import static dev.stlm.training.internal.torch.Arithmetic.bfloat16;

/** The methods that all parts of a forward pass use: projection, norm, rotation, gathering. */
final class OperationsProgram {
  private final Arithmetic arithmetic;
  private final double normEpsilon;

  OperationsProgram(Arithmetic arithmetic, double normEpsilon) {
    this.arithmetic = arithmetic;
    this.normEpsilon = normEpsilon;
  }

  String methods() {
    return linear()
        + product()
        + norm()
        + rotation()
        + attention()
        + shifted()
        + count()
        + rowsOf();
  }

  /**
   * y = W x. In mixed precision inputs, weights and result are rounded to bfloat16 for the product
   * (Micikevicius et al. 2018, arXiv 1710.03740); sums are kept in 32 bits by the hardware.
   */
  private String linear() {
    String wide = arithmetic.mixed() ? "torch.to(%s, 6)" : "%s"; // 6 is float32
    return new ScriptMethod("linear", "x: Tensor, w: Tensor", "Tensor")
        .line("return " + wide.formatted(ofMatrices()))
        .text();
  }

  /** The same where a sum, a norm or the next product takes the result, as wide as it comes. */
  private String product() {
    return new ScriptMethod("product", "x: Tensor, w: Tensor", "Tensor")
        .line("return " + (arithmetic.narrow() ? ofMatrices() : "self.linear(x, w)"))
        .text();
  }

  private String ofMatrices() {
    return arithmetic.mixed()
        ? "torch.linear(%s, %s, None)".formatted(bfloat16("x"), bfloat16("w"))
        : "torch.linear(x, w, None)";
  }

  /**
   * RMSNorm over the last dimension (Zhang and Sennrich 2019). PyTorch's own is made of more passes
   * over x on a CPU, forward and backward.
   */
  private String norm() {
    ScriptMethod m = new ScriptMethod("norm", "x: Tensor, gain: Tensor", "Tensor");
    if (arithmetic.gpu()) {
      return m.line(
              "return torch.rms_norm(x, [torch.size(x, -1)], torch.type_as(gain, x), %s)"
                  .formatted(normEpsilon))
          .text();
    }
    return m.line("length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=None)")
        .line(
            "scale = torch.rsqrt(length * length / torch.size(x, -1) + %s)".formatted(normEpsilon))
        .line("return x * scale * gain")
        .text();
  }

  /**
   * Rotary positions of x [B, T, heads, h]: cos [T, 1, r] has the cosines of r channels, whose
   * halves rotate as pairs, sin the sines, negative for the first half; channels from r on stay.
   */
  private static String rotation() {
    String arguments = "x: Tensor, cos: Tensor, sin: Tensor";
    return new ScriptMethod("rotateAll", arguments, "Tensor")
            .line("swapped = torch.roll(x, [torch.floordiv(torch.size(x, 3), 2)], [3])")
            .line("return torch.addcmul(x * cos, swapped, sin)")
            .text()
        + new ScriptMethod("rotate", arguments, "Tensor")
            .line("r = torch.size(cos, -1)")
            .line("if torch.eq(r, torch.size(x, 3)):")
            .line("  y = self.rotateAll(x, cos, sin)")
            .line("else:")
            .line("  rest = torch.slice(x, 3, r, torch.size(x, 3))")
            .line("  y = torch.cat([self.rotateAll(torch.slice(x, 3, 0, r), cos, sin), rest], 3)")
            .line("return y")
            .text();
  }

  /**
   * Attention of queries [B, T, H, h] on keys and values [B, S, K, h] to [B, T, H·h]; the mask [B,
   * 1, T, S] is added to the scores.
   */
  private String attention() {
    boolean narrow = arithmetic.narrow();
    return new ScriptMethod(
            "attention",
            "q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], causal: bool",
            "Tensor")
        .lineIf(narrow, "q = " + bfloat16("q"))
        .lineIf(narrow, "k = " + bfloat16("k"))
        .lineIf(narrow, "v = " + bfloat16("v"))
        .line("repeats = torch.floordiv(torch.size(q, 2), torch.size(k, 2))")
        .line("q = torch.transpose(q, 1, 2)")
        .line("k = torch.transpose(k, 1, 2)")
        .line("v = torch.transpose(v, 1, 2)")
        // key-value head j serves the query heads j H / K to (j + 1) H / K - 1
        .line("if torch.gt(repeats, 1):")
        .line("  k = torch.repeat_interleave(k, repeats, 1)")
        .line("  v = torch.repeat_interleave(v, repeats, 1)")
        .line("y = torch.scaled_dot_product_attention(q, k, v, mask, 0., causal)")
        .line("return torch.flatten(torch.transpose(y, 1, 2), 2, 3)")
        .text();
  }

  /** x [B, T, D] one position later: nothing at position 0. */
  private static String shifted() {
    return new ScriptMethod("shifted", "x: Tensor", "Tensor")
        .line("nothing = torch.new_zeros(x, [torch.size(x, 0), 1, torch.size(x, 2)])")
        .line("return torch.cat([nothing, torch.slice(x, 1, 0, torch.size(x, 1) - 1)], 1)")
        .text();
  }

  /** 0, 1, … n - 1 as integers where {@code like}, which has integers, is. */
  private static String count() {
    return new ScriptMethod("count", "like: Tensor, n: int", "Tensor")
        .line("return torch.cumsum(torch.new_ones(like, [n]), 0) - 1")
        .text();
  }

  /** Vectors x [B, N, D] at places [B, M] of each sequence: [B, M, D]. */
  private static String rowsOf() {
    return new ScriptMethod("rowsOf", "x: Tensor, places: Tensor", "Tensor")
        .line("first = self.count(places, torch.size(x, 0)) * torch.size(x, 1)")
        .line("places = places + torch.unsqueeze(first, 1)")
        .line("return torch.embedding(torch.flatten(x, 0, 1), places, -1, False, False)")
        .text();
  }
}
