package dev.stlm.training.internal.torch;

/**
 * Dropout (Srivastava et al. 2014) of vectors on their way into the residual stream. What falls out
 * follows from the seed of the step and the place alone, so a block that is computed twice loses
 * the same values twice, and a resumed run the same as an unbroken one.
 *
 * <p>Where there is dropout, passes have {@code noise}: the share that falls out and the seed, two
 * 64-bit floats on the CPU. Where there is none the text is as if this class were not.
 *
 * @param used whether values fall out
 * @param firstPlace what tells the places of a stack from those of others
 */
record DropoutProgram(boolean used, int firstPlace) {
  /** Nothing falls out. */
  static final DropoutProgram NONE = new DropoutProgram(false, 0);

  /** Places of a stack at most: two for each of 1,024 layers that repeat 64 times. */
  private static final int PLACES = 1 << 17;

  /** For stack number {@code n} of a program. */
  static DropoutProgram ofStack(boolean used, int n) {
    return new DropoutProgram(used, n * PLACES);
  }

  String methods() {
    return used
        ? new ScriptMethod("dropped", "x: Tensor, noise: Tensor, place: int", "Tensor")
            .line("torch.manual_seed(int(torch.select(noise, 0, 1)) + place)")
            .line("return torch.dropout(x, float(torch.select(noise, 0, 0)), True)")
            .text()
        : "";
  }

  /** What a block takes for it, before other arguments. */
  String arguments() {
    return used ? "noise: Tensor, place: int, " : "";
  }

  /** What block number {@code block} is given for it, after other arguments. */
  String atBlock(int block) {
    return used ? ", noise, " + (firstPlace + 2 * block) : "";
  }

  /** A tensor after it; the two places of a block are 0 and 1. */
  String of(String x, int place) {
    return used ? "self.dropped(%s, noise, place + %d)".formatted(x, place) : x;
  }
}
