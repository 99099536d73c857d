package dev.stlm.training.internal.torch;

/** The moving average of weights, see {@link dev.stlm.training.config.AveragingConfig}. */
final class AveragingProgram {
  private AveragingProgram() {}

  /** {@code average(a, w, share)}: averages a go a share of the way to weights w, in place. */
  static String methods() {
    String arguments = "a: List[Tensor], w: List[Tensor], share: Tensor";
    return new ScriptMethod("average", arguments, "int")
        .line("for i in range(torch.len(a)):")
        .line("  _0 = torch.lerp_(a[i], w[i], share)")
        .line("return torch.len(a)")
        .text();
  }
}
