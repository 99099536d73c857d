package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.OptimizerConfig.AdamW;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) in one fused pass a group: {@code d} with
 * weight decay, {@code u} without; a group without parameters is left out.
 */
record AdamWProgram(AdamW config, List<Group> groups) implements UpdateProgram {
  static AdamWProgram of(AdamW config, List<Parameter> stored) {
    List<Integer> decayed = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      (UpdateProgram.decays(stored.get(i)) ? decayed : others).add(i);
    }
    List<String> slots = List.of("first", "second");
    return new AdamWProgram(
        config,
        Stream.of(new Group("d", decayed, slots), new Group("u", others, slots))
            .filter(group -> !group.parameters().isEmpty())
            .toList());
  }

  @Override
  public String methods() {
    ScriptMethod update = update();
    for (Group group : groups) {
      double decay = group.name().equals("d") ? config.weightDecay() : 0;
      update.line(fused(config, group.name(), decay));
    }
    return repeated() + update.line("return notFinite").text();
  }

  /** The update of a group. */
  private static String fused(AdamW config, String group, double weightDecay) {
    return ("torch._fused_adamw_(%1$s, %1$sg, %1$s_first, %1$s_second, annotate(List[Tensor], []),"
            + " self.repeated(count, torch.len(%1$s)), lr=rate, beta1=%2$s, beta2=%3$s,"
            + " weight_decay=%4$s, eps=%5$s, amsgrad=False, maximize=False,"
            + " grad_scale=scale, found_inf=notFinite)")
        .formatted(group, config.beta1(), config.beta2(), weightDecay, config.epsilon());
  }

  private static String repeated() {
    return new ScriptMethod("repeated", "t: Tensor, n: int", "List[Tensor]")
        .line("list = annotate(List[Tensor], [])")
        .line("for i in range(n):")
        .line("  _0 = torch.append(list, t)")
        .line("return list")
        .text();
  }
}
