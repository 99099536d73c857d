package dev.stlm.training.internal.torch;

import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.training.internal.torch.StackProgram.Sight;

/**
 * From patches back to bytes: {@code decoded(h, y, ids, cos, sin, p)} takes what the decoder adds
 * the patches to, h [B, T, D], what the global layers say of the patches, y [B, P, G], and the
 * inputs of the program, and gives the residual stream after each id, [B, T, D].
 */
final class DecoderProgram {
  private final DecoderConfig config;
  private final int width;
  private final ParameterExpressions parameters;
  private final StackProgram stack;

  DecoderProgram(PooledConfig config, ParameterExpressions parameters) {
    this.config = config.decoder();
    this.width = config.width();
    this.parameters = parameters;
    Sight sight =
        switch (this.config) {
          case DecoderConfig.Autoregressive _ -> Sight.PAST;
          case DecoderConfig.Parallel _ -> Sight.ALL;
        };
    this.stack =
        new StackProgram("decoderStack", "decoder.", this.config.stack(), sight, width, parameters);
  }

  String methods() {
    return stack.methods() + withNothing() + decoded();
  }

  /** What the patches give [B, P, D], and nothing before them: [B, P + 1, D]. */
  private String withNothing() {
    return new ScriptMethod("unpooled", "y: Tensor, p: List[Tensor]", "Tensor")
        .line("y = self.norm(y, %s)".formatted(parameters.of("unpool.norm")))
        .line("y = self.linear(y, %s)".formatted(parameters.of("unpool.projection")))
        .line("none = torch.new_zeros(y, [torch.size(y, 0), 1, torch.size(y, 2)])")
        .line("return torch.cat([none, y], 1)")
        .text();
  }

  private String decoded() {
    ScriptMethod m =
        new ScriptMethod(
            "decoded",
            "h: Tensor, y: Tensor, ids: List[Tensor], cos: Tensor, sin: Tensor, p: List[Tensor]",
            "Tensor");
    m.line("finished = torch.select(ids[2], 0, 1)");
    m.line("y = self.unpooled(y, p)");
    switch (config) {
      case DecoderConfig.Autoregressive _ ->
          m.line("h = h + self.rowsOf(y, finished)")
              .line("return " + stack.call("h", "ids[0]", "cos", "sin"));
      case DecoderConfig.Parallel parallel -> {
        int slots = parallel.slots();
        m.line("states = torch.size(y, 1)");
        m.line("y = torch.unflatten(y, 2, [%d, %d])".formatted(slots, width));
        m.line("y = torch.flatten(y + %s, 0, 1)".formatted(parameters.of("decoder.positions")));
        m.line("y = " + stack.call("y", "ids[0]", "cos", "sin"));
        m.line("y = torch.reshape(y, [torch.size(h, 0), states * %d, %d])".formatted(slots, width));
        m.line("slot = torch.select(ids[2], 0, 2)");
        m.line("return self.rowsOf(y, finished * %d + slot)".formatted(slots));
      }
    }
    return m.text();
  }
}
