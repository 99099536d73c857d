package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.OptimizerConfig.Lion;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lion (Chen et al. 2023, arXiv 2302.06675), algorithm 2: {@code d} with weight decay, {@code u}
 * without.
 */
record LionProgram(Lion config, List<Group> groups) implements UpdateProgram {
  static LionProgram of(Lion config, List<Parameter> stored) {
    List<Integer> all = IntStream.range(0, stored.size()).boxed().toList();
    return new LionProgram(config, UpdateProgram.byDecay(stored, all, List.of("momentum")));
  }

  @Override
  public String methods() {
    ScriptMethod update = update();
    for (Group group : groups) {
      double weightDecay = group.name().equals(UpdateProgram.DECAYED) ? config.weightDecay() : 0;
      update.line(
          "_0 = self.lion(%1$s, %1$sg, %1$s_momentum, rate, %2$s, scale, notFinite)"
              .formatted(group.name(), weightDecay));
    }
    return lion() + update.line("return notFinite").text();
  }

  /** The update of parameters w. */
  private String lion() {
    String arguments =
        "w: List[Tensor], g: List[Tensor], m: List[Tensor], rate: float, decay: float,"
            + " scale: Tensor, notFinite: Tensor";
    return new ScriptMethod("lion", arguments, "int")
        .line("skip = torch.to(notFinite, 11)") // bool
        .line("go = 1. - notFinite")
        .line("far = go * rate")
        .line("kept = 1. - go * (rate * decay)")
        .line("blend = go * %s".formatted(1 - config.beta2()))
        .line("for i in range(torch.len(w)):")
        .line("  gi = torch.masked_fill(g[i] / scale, skip, 0.)")
        .line("  u = torch.sign(torch.lerp(gi, m[i], %s))".formatted(config.beta1()))
        .line("  _0 = torch.mul_(w[i], kept)")
        .line("  _1 = torch.addcmul_(w[i], u, far, value=-1.)")
        .line("  _2 = torch.lerp_(m[i], gi, blend)")
        .line("return torch.len(w)")
        .text();
  }
}
