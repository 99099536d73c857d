package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;

/** From the residual stream to logits: last norm, head, soft cap, drafts of further ids. */
final class HeadProgram {
  private final ModelConfig config;
  private final ParameterExpressions parameters;

  HeadProgram(ModelConfig config, ParameterExpressions parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  String methods() {
    return head() + (config.futureIds().isPresent() ? draftIds() + draftStep() : "");
  }

  /** Residual stream [..., D] to logits [..., V]. */
  private String head() {
    ScriptMethod m = new ScriptMethod("head", "x: Tensor, p: List[Tensor]", "Tensor");
    m.line("x = self.norm(x, %s)".formatted(parameters.of("norm")));
    m.line("z = self.linear(x, %s)".formatted(parameters.of("head")));
    config.logitSoftCap().ifPresent(c -> m.line("z = torch.tanh(z / %1$s) * %1$s".formatted(c)));
    return m.line("return z").text();
  }

  /** What the ids y [B, T] that drafts are told give to the hidden channels: [B, T, 2D]. */
  private String draftIds() {
    return new ScriptMethod("draftIds", "y: Tensor, p: List[Tensor]", "Tensor")
        .line("e = torch.embedding(%s, y, -1, False, False)".formatted(parameters.of("embed")))
        .line("e = self.norm(e, %s)".formatted(parameters.of("future.idNorm")))
        .line("return self.linear(e, %s)".formatted(half(config.width())))
        .text();
  }

  /** The next state [B, T, D] of drafts from the last one and from what {@code draftIds} gave. */
  private String draftStep() {
    return new ScriptMethod("draftStep", "s: Tensor, id: Tensor, p: List[Tensor]", "Tensor")
        .line("x = self.norm(s, %s)".formatted(parameters.of("future.norm")))
        .line("x = torch.square(torch.relu(self.linear(x, %s) + id))".formatted(half(0)))
        .line("return s + self.linear(x, %s)".formatted(parameters.of("future.output")))
        .text();
  }

  /**
   * Logits [B, V] of the id after the inputs and the guesses [B, J] that follow them; for callers
   * that have the method {@code residual}.
   */
  static String draft() {
    return new ScriptMethod(
            "draft", "guesses: Tensor, " + ForwardProgram.INPUTS + ", p: List[Tensor]", "Tensor")
        .line("s = self.residual(ids, rope, p)")
        .line("s = torch.slice(s, 1, torch.size(s, 1) - 1, torch.size(s, 1))")
        .line("given = self.draftIds(guesses, p)")
        .line("for j in range(torch.size(guesses, 1)):")
        .line("  s = self.draftStep(s, torch.slice(given, 1, j, j + 1), p)")
        .line("return torch.select(self.head(s, p), 1, 0)")
        .text();
  }

  /** The columns of the cell's first projection for the state (from 0) or for the id (from D). */
  private String half(int from) {
    return "torch.slice(%s, 1, %d, %d)"
        .formatted(parameters.of("future.input"), from, from + config.width());
  }
}
