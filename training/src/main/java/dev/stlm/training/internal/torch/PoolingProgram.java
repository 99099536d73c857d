package dev.stlm.training.internal.torch;

import dev.stlm.model.config.PooledConfig;

/**
 * From bytes to patches: {@code pooled(h, patch, ends, p)} takes vectors h [B, T, D], the patch of
 * each id [B, T] and the last id of each finished patch [B, P], and gives [B, P, G]. Sequences with
 * fewer patches than P have vectors without meaning after their own, which no causal layer shows to
 * a patch that counts.
 */
final class PoolingProgram {
  private final PooledConfig config;
  private final ParameterExpressions parameters;

  PoolingProgram(PooledConfig config, ParameterExpressions parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  String methods() {
    return members() + largest() + pooled();
  }

  /** Which ids [B, T] are of which of the first P patches: [B, P, T] of ones and zeros. */
  private static String members() {
    return new ScriptMethod("members", "patch: Tensor, patches: int, like: Tensor", "Tensor")
        .line("k = torch.unsqueeze(self.count(patch, patches), 1)")
        .line("return torch.type_as(torch.eq(torch.unsqueeze(patch, 1), k), like)")
        .text();
  }

  /**
   * The largest values [B, P + 1, D] of x [B, T, D] over each patch and over the unfinished one.
   */
  private static String largest() {
    return new ScriptMethod("largest", "x: Tensor, patch: Tensor, patches: int", "Tensor")
        .line("none = torch.new_zeros(x, [torch.size(x, 0), patches + 1, torch.size(x, 2)])")
        .line("places = torch.expand_as(torch.unsqueeze(patch, 2), x)")
        .line("return torch.scatter_reduce(none, 1, places, x, \"amax\", include_self=False)")
        .text();
  }

  private String pooled() {
    ScriptMethod m =
        new ScriptMethod(
            "pooled", "h: Tensor, patch: Tensor, ends: Tensor, p: List[Tensor]", "Tensor");
    String gain = parameters.of("pool.norm");
    m.line("P = torch.size(ends, 1)");
    switch (config.pooling()) {
      case LAST -> m.line("u = self.norm(self.rowsOf(h, ends), %s)".formatted(gain));
      case MEAN -> {
        m.line("x = self.norm(h, %s)".formatted(gain));
        m.line("of = self.members(patch, P, x)");
        // a patch that is not there has no ids: 0 / 1
        m.line("u = torch.bmm(of, x) / torch.clamp_min(torch.sum(of, [2], True), 1.)");
      }
      case MAX -> {
        m.line("x = self.norm(h, %s)".formatted(gain));
        m.line("u = torch.slice(self.largest(x, patch, P), 1, 0, P)");
      }
      case ATTENTION -> {
        m.line("x = self.norm(h, %s)".formatted(gain));
        m.line("query = torch.unsqueeze(%s, 1)".formatted(parameters.of("pool.query")));
        m.line("score = torch.matmul(x, query) / %s".formatted(Math.sqrt(config.width())));
        m.line("most = self.largest(torch.detach(score), patch, P)");
        m.line("e = torch.exp(score - self.rowsOf(most, patch))");
        m.line("of = self.members(patch, P, x)");
        // the largest score of a patch gives 1, so that only sums of no ids are below 1
        m.line("u = torch.bmm(of, x * e) / torch.clamp_min(torch.bmm(of, e), 1.)");
      }
    }
    return m.line("return self.linear(u, %s)".formatted(parameters.of("pool.projection"))).text();
  }
}
