package dev.stlm.training.internal.torch;

/**
 * Attention near the diagonal: queries in chunks of C positions see the keys of their own chunk and
 * of some chunks before and after it, W = (before + 1 + after) · C keys, whatever the length of the
 * sequence. A mask hides what of them is out of sight, so the result is exact.
 *
 * @param chunk positions of a chunk, C
 * @param before chunks before the own one whose keys are at hand
 * @param after chunks after it
 */
record Band(int chunk, int before, int after) {
  private static final int SMALLEST = 16;
  private static final int LARGEST = 64;

  /** For positions that see so many, themselves and those just before them. */
  static Band window(int positions) {
    int chunk = chunk(positions);
    return new Band(chunk, Math.ceilDiv(positions - 1, chunk), 0);
  }

  /** For positions that see all others of their group of at most so many in a row. */
  static Band groups(int positions) {
    int chunk = chunk(positions);
    int reach = Math.ceilDiv(positions - 1, chunk);
    return new Band(chunk, reach, reach);
  }

  private static int chunk(int positions) {
    return Math.clamp(16L * Math.ceilDiv(positions, 16), SMALLEST, LARGEST);
  }

  /** Keys at hand, W. */
  int keys() {
    return (before + 1 + after) * chunk;
  }

  /** Methods that any band uses: {@code chunked}, {@code near}, {@code hidden}. */
  static String methods(Arithmetic arithmetic) {
    return chunked() + near() + hidden(arithmetic);
  }

  /** x [B, T, ...] in chunks [B·n, C, ...], filled up with a value. */
  private static String chunked() {
    return new ScriptMethod("chunked", "x: Tensor, chunk: int, fill: int", "Tensor")
        .line("T = torch.size(x, 1)")
        .line("n = torch.floordiv(T + chunk - 1, chunk)")
        .line("if torch.ne(n * chunk, T):")
        .line("  x = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, n * chunk - T], fill)")
        .line("x = torch.unflatten(x, 1, [n, chunk])")
        .line("return torch.flatten(x, 0, 1)")
        .text();
  }

  /** x [B, T, ., .] to what is at hand of each chunk: [B·n, W, ., .]. */
  private static String near() {
    return new ScriptMethod(
            "near", "x: Tensor, chunk: int, before: int, after: int, fill: int", "Tensor")
        .line("T = torch.size(x, 1)")
        .line("n = torch.floordiv(T + chunk - 1, chunk)")
        .line("right = (n + after) * chunk - T")
        .line("x = torch.constant_pad_nd(x, [0, 0, 0, 0, before * chunk, right], fill)")
        .line("x = torch.unflatten(x, 1, [n + before + after, chunk])")
        .line("parts = annotate(List[Tensor], [])")
        .line("for i in range(before + 1 + after):")
        .line("  _0 = torch.append(parts, torch.slice(x, 1, i, i + n))")
        .line("return torch.flatten(torch.cat(parts, 2), 0, 1)")
        .text();
  }

  /** Minus infinity where {@code seen} is false, 0 elsewhere, where {@code like} is. */
  private static String hidden(Arithmetic arithmetic) {
    return new ScriptMethod("hidden", "seen: Tensor, like: Tensor", "Tensor")
        .line("mask = torch.new_zeros(like, torch.size(seen))")
        .lineIf(arithmetic.narrow(), "mask = " + Arithmetic.bfloat16("mask"))
        .line("return torch.masked_fill(mask, torch.logical_not(seen), float(\"-inf\"))")
        .text();
  }

  /**
   * {@code name}: the mask [B·n, 1, C, W] of a sliding window over sequences x [B, T, D].
   *
   * @param positions that a position sees, itself included
   */
  String windowMask(String name, int positions) {
    return new ScriptMethod(name, "x: Tensor, ids: Tensor", "Tensor")
        .line("n = torch.floordiv(torch.size(x, 1) + %d, %d)".formatted(chunk - 1, chunk))
        .line("i = torch.unsqueeze(self.count(ids, %d), 1) + %d".formatted(chunk, before * chunk))
        .line("j = torch.unsqueeze(self.count(ids, %d), 0)".formatted(keys()))
        .line(
            "seen = torch.logical_and(torch.ge(i - j, 0), torch.lt(i - j, %d))"
                .formatted(positions))
        // the first chunks have keys before the first position at hand
        .line("first = torch.unsqueeze(self.count(ids, n) - %d, 1) * %d".formatted(before, chunk))
        .line("real = torch.ge(first + j, 0)")
        .line("seen = torch.logical_and(torch.unsqueeze(seen, 0), torch.unsqueeze(real, 1))")
        .line("mask = torch.unsqueeze(self.hidden(seen, x), 1)")
        .line("return torch.repeat(mask, [torch.size(x, 0), 1, 1, 1])")
        .text();
  }

  /** {@code name}: the mask [B·n, 1, C, W] of positions that see the others of their group. */
  String groupMask(String name) {
    return new ScriptMethod(name, "x: Tensor, group: Tensor", "Tensor")
        .line("group = torch.unsqueeze(torch.unsqueeze(group, 2), 3)")
        // what is filled in is a group of its own
        .line("q = torch.flatten(self.chunked(group, %d, -1), 1)".formatted(chunk))
        .line(
            "k = torch.flatten(self.near(group, %d, %d, %d, -1), 1)"
                .formatted(chunk, before, after))
        .line("seen = torch.eq(torch.unsqueeze(q, 2), torch.unsqueeze(k, 1))")
        .line("return torch.unsqueeze(self.hidden(seen, x), 1)")
        .text();
  }

  /** Lines that set y [B, T, H·h] to the attention of q on k and v under {@code mask}. */
  void attend(ScriptMethod m, String indent) {
    String near = "self.near(%s, " + "%d, %d, %d, 0)".formatted(chunk, before, after);
    m.line(
        indent
            + "y = self.attention(self.chunked(q, %d, 0), ".formatted(chunk)
            + near.formatted("k")
            + ", "
            + near.formatted("v")
            + ", mask, False)");
    m.line(indent + "y = torch.flatten(torch.unflatten(y, 0, [torch.size(q, 0), -1]), 1, 2)");
    m.line(indent + "y = torch.slice(y, 1, 0, torch.size(q, 1))");
  }
}
