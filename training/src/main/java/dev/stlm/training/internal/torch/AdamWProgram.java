package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.OptimizerConfig.AdamW;
import java.util.List;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) in one fused pass a group: {@code d} with
 * weight decay, {@code u} without.
 */
record AdamWProgram(AdamW config, List<Group> groups) implements UpdateProgram {
  private static final List<String> SLOTS = List.of("first", "second");

  static AdamWProgram of(AdamW config, List<Parameter> stored) {
    return of(config, stored, IntStream.range(0, stored.size()).boxed().toList());
  }

  /**
   * For some of the parameters.
   *
   * @param which they are, as indices
   */
  static AdamWProgram of(AdamW config, List<Parameter> stored, List<Integer> which) {
    return new AdamWProgram(config, UpdateProgram.byDecay(stored, which, SLOTS));
  }

  @Override
  public String methods() {
    ScriptMethod update = update();
    lines(update);
    return ownMethods() + update.line("return notFinite").text();
  }

  /** Adds the update of the groups to a method with the arguments of {@code update}. */
  void lines(ScriptMethod update) {
    for (Group group : groups) {
      double weightDecay = group.name().equals(UpdateProgram.DECAYED) ? config.weightDecay() : 0;
      update.line(fused(group.name(), weightDecay));
    }
  }

  private String fused(String group, double weightDecay) {
    return ("torch._fused_adamw_(%1$s, %1$sg, %1$s_first, %1$s_second, annotate(List[Tensor], []),"
            + " self.repeated(count, torch.len(%1$s)), lr=rate, beta1=%2$s, beta2=%3$s,"
            + " weight_decay=%4$s, eps=%5$s, amsgrad=False, maximize=False,"
            + " grad_scale=scale, found_inf=notFinite)")
        .formatted(group, config.beta1(), config.beta2(), weightDecay, config.epsilon());
  }

  /** The methods that {@link #lines} calls. */
  String ownMethods() {
    return new ScriptMethod("repeated", "t: Tensor, n: int", "List[Tensor]")
        .line("list = annotate(List[Tensor], [])")
        .line("for i in range(n):")
        .line("  _0 = torch.append(list, t)")
        .line("return list")
        .text();
  }
}
