package dev.stlm.training.internal.torch;

import dev.stlm.model.config.DecoderConfig;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.training.internal.torch.StackProgram.Sight;
import java.util.ArrayList;
import java.util.List;

/**
 * From patches back to bytes: the segments take what the decoder adds the patches to, h [B, T, D],
 * and what the global layers say of the patches, y [B, P, G], and give the residual stream after
 * each id, [B, T, D].
 */
final class DecoderProgram {
  private final DecoderConfig config;
  private final int width;
  private final ParameterExpressions parameters;
  private final StackProgram stack;

  DecoderProgram(PooledConfig config, ParameterExpressions parameters, DropoutProgram dropout) {
    this.config = config.decoder();
    this.width = config.width();
    this.parameters = parameters;
    Sight sight =
        switch (this.config) {
          case DecoderConfig.Autoregressive _ -> Sight.PAST;
          case DecoderConfig.Parallel _ -> Sight.ALL;
        };
    this.stack =
        new StackProgram(
            "decoderStack", "decoder.", this.config.stack(), sight, width, parameters, dropout);
  }

  String methods() {
    return stack.methods() + withNothing() + ends();
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

  /** The pass from h and y. */
  List<Segment> segments(String h, String y) {
    List<Segment> list = new ArrayList<>();
    switch (config) {
      case DecoderConfig.Autoregressive _ -> {
        list.add(
            Segment.of("decoded", List.of(h, y), "self.joined(%s, %s, ids[2], p)".formatted(h, y)));
        list.addAll(stack.segments("decoded", "ids[0]", "rope[4]", "rope[5]"));
      }
      case DecoderConfig.Parallel _ -> {
        list.add(Segment.of("slots", List.of(y), "self.slotsOf(%s, p)".formatted(y)));
        list.addAll(stack.segments("slots", "ids[0]", "rope[4]", "rope[5]"));
        String last = stack.result("slots");
        list.add(Segment.of("decoded", List.of(last), "self.bytesOf(%s, ids[2])".formatted(last)));
      }
    }
    return list;
  }

  /** The name of the result. */
  String result() {
    return switch (config) {
      case DecoderConfig.Autoregressive _ -> stack.result("decoded");
      case DecoderConfig.Parallel _ -> "decoded";
    };
  }

  /** What is before the stack, and what is after it. */
  private String ends() {
    return switch (config) {
      case DecoderConfig.Autoregressive _ ->
          new ScriptMethod(
                  "joined", "h: Tensor, y: Tensor, places: Tensor, p: List[Tensor]", "Tensor")
              .line("return h + self.rowsOf(self.unpooled(y, p), torch.select(places, 0, 1))")
              .text();
      case DecoderConfig.Parallel parallel -> slots(parallel.slots());
    };
  }

  private String slots(int slots) {
    return new ScriptMethod("slotsOf", "y: Tensor, p: List[Tensor]", "Tensor")
            .line("y = torch.unflatten(self.unpooled(y, p), 2, [%d, %d])".formatted(slots, width))
            .line(
                "return torch.flatten(y + %s, 0, 1)".formatted(parameters.of("decoder.positions")))
            .text()
        + new ScriptMethod("bytesOf", "y: Tensor, places: Tensor", "Tensor")
            .line("y = torch.reshape(y, [torch.size(places, 1), -1, %d])".formatted(width))
            .line(
                "slot = torch.select(places, 0, 1) * %d + torch.select(places, 0, 2)"
                    .formatted(slots))
            .line("return self.rowsOf(y, slot)")
            .text();
  }
}
