package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.training.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One optimiser step as a TorchScript method: forward, backward and update in a single call.
 *
 * <p>The method differentiates with {@code torch.grad} on detached views of the parameters, so the
 * parameters themselves never require gradients, no gradient outlives the call and nothing has to
 * be zeroed. Micro-batches are a loop whose gradients are averaged. The update is AdamW (Loshchilov
 * and Hutter 2019, arXiv 1711.05101) in one fused pass; clipping by the global norm rides along as
 * its gradient scale, and a norm that is not finite skips the update.
 *
 * <p>Weight decay applies to projections alone: a gain must not shrink towards 0, and a row of a
 * table would shrink with every step in which its n-gram does not occur.
 *
 * <p>{@code step(y, settings, [teacher,] ids, rope, d, dm, dv, u, um, uv[, mask])} takes the next
 * ids y {@code [A, B, T]} of micro-batches and their inputs, settings {@code [learning rate, step
 * from 1]} on the CPU, and parameters with their two moments in two groups, decayed and undecayed.
 * It gives {@code [cross-entropy, loss, gradient norm]} before the update, in nats.
 */
final class StepProgram {
  /**
   * What the text fixes.
   *
   * @param precision of the products, mixed or not
   * @param draftWeight weight of drafts in the loss
   * @param distillation learn from teacher logits too
   * @param masked parameters, as indices into the stored order, whose gradients are masked
   */
  record Options(
      AdamSettings adam,
      Precision precision,
      double draftWeight,
      Optional<Teacher.Settings> distillation,
      List<Integer> masked) {
    Options {
      masked = List.copyOf(masked);
    }
  }

  private final List<Parameter> stored;
  private final ForwardProgram forward;
  private final Options options;

  StepProgram(ModelConfig config, Options options) {
    this.stored = ParameterLayout.of(config).stored();
    this.options = options;
    this.forward = new ForwardProgram(config, options.precision(), options.draftWeight());
  }

  /** Whether weight decay applies to a parameter. */
  static boolean decays(Parameter parameter) {
    return parameter.kind() == Parameter.Kind.MATRIX;
  }

  String text() {
    return TorchScriptArchive.CLASS_HEADER
        + forward.methods()
        + repeated()
        + group()
        + loss()
        + step();
  }

  private static String repeated() {
    return new ScriptMethod("repeated", "t: Tensor, n: int", "List[Tensor]")
        .line("list = annotate(List[Tensor], [])")
        .line("for i in range(n):")
        .line("  _0 = torch.append(list, t)")
        .line("return list")
        .text();
  }

  /** The inputs of one micro-batch. */
  private static String group() {
    return new ScriptMethod("group", "ids: List[Tensor], a: int", "List[Tensor]")
        .line("list = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(ids)):")
        .line("  _0 = torch.append(list, torch.select(ids[i], 0, a))")
        .line("return list")
        .text();
  }

  /** Of the residual stream: the cross-entropy of the next id, and the loss without drafts. */
  private String loss() {
    String result = "Tuple[Tensor, Tensor]";
    if (options.distillation().isEmpty()) {
      return new ScriptMethod("loss", "h: Tensor, y: Tensor, p: List[Tensor]", result)
          .line("ce = self.summed(h, y, p) / torch.numel(y)")
          .line("return (ce, ce)")
          .text();
    }
    // (1 - w) CE + w T² KL(teacher_T || student_T) (Hinton et al. 2015)
    Teacher.Settings d = options.distillation().get();
    String arguments = "h: Tensor, y: Tensor, p: List[Tensor], teacher: Tensor";
    return new ScriptMethod("loss", arguments, result)
        .line("z = self.head(h, p)")
        .line("ce = self.crossEntropy(z, y, 1)")
        .line("t = torch.log_softmax(teacher / %s, -1)".formatted(d.temperature()))
        .line("s = torch.log_softmax(z / %s, -1)".formatted(d.temperature()))
        .line("kl = torch.sum(torch.exp(t) * (t - s)) / torch.numel(y)")
        .line(
            "return (ce, ce * %s + kl * %s)"
                .formatted(1 - d.weight(), d.weight() * d.temperature() * d.temperature()))
        .text();
  }

  private String step() {
    boolean distils = options.distillation().isPresent();
    List<String> leaves = new ArrayList<>();
    List<String> decayed = new ArrayList<>();
    List<String> undecayed = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      boolean decays = decays(stored.get(i));
      List<String> group = decays ? decayed : undecayed;
      leaves.add(
          "torch.requires_grad_(torch.detach(%s[%d]), True)"
              .formatted(decays ? "d" : "u", group.size()));
      int mask = options.masked().indexOf(i);
      group.add(mask < 0 ? "g[" + i + "]" : "g[%d] * mask[%d]".formatted(i, mask));
    }
    String arguments =
        "y: Tensor, settings: Tensor, "
            + (distils ? "teacher: Tensor, " : "")
            + ForwardProgram.INPUTS
            + ", d: List[Tensor], dm: List[Tensor], dv: List[Tensor]"
            + ", u: List[Tensor], um: List[Tensor], uv: List[Tensor]"
            + (options.masked().isEmpty() ? "" : ", mask: List[Tensor]");
    return new ScriptMethod("step", arguments, "Tensor")
        .line("p = [%s]".formatted(String.join(", ", leaves)))
        .line("A = torch.size(y, 0)")
        .line("like = rope[0]")
        .line("sums = torch.new_zeros(like, [2])")
        .line("g = annotate(List[Tensor], [])")
        .line("for a in range(A):")
        .line("  ya = torch.select(y, 0, a)")
        .line("  h = self.residual(self.group(ids, a), rope, p)")
        .line(
            "  ce, total, = self.loss(h, ya, p%s)"
                .formatted(distils ? ", torch.select(teacher, 0, a)" : ""))
        .line("  total = self.withDrafts(total, h, ya, p)")
        .line("  sums = sums + torch.stack([torch.detach(ce), torch.detach(total)]) / A")
        .line("  ga = self.present(torch.grad([total / A], p, None, None, False, True), p)")
        .line("  if torch.eq(a, 0):")
        .line("    g = ga")
        .line("  else:")
        .line("    g = torch._foreach_add(g, ga, alpha=1)")
        .line("dg = [%s]".formatted(String.join(", ", decayed)))
        .line("ug = [%s]".formatted(String.join(", ", undecayed)))
        .line("norm = torch.norm(torch.stack(torch._foreach_norm(torch.add(dg, ug))))")
        // the fused update divides gradients by this scale and does nothing if notFinite is 1
        .line("scale = torch.clamp_min(norm / %s, 1.)".formatted(options.adam().clip()))
        .line("notFinite = torch.to(torch.logical_not(torch.isfinite(norm)), like)")
        .line("rate = float(torch.select(settings, 0, 0))")
        .line("count = torch.to(torch.select(settings, 0, 1), like)")
        .line(update("d", options.adam().weightDecay()))
        .line(update("u", 0))
        .line("return torch.cat([sums, torch.unsqueeze(norm, 0)])")
        .text();
  }

  /** AdamW on one group of parameters. */
  private String update(String group, double weightDecay) {
    return ("torch._fused_adamw_(%1$s, %1$sg, %1$sm, %1$sv, annotate(List[Tensor], []),"
            + " self.repeated(count, torch.len(%1$s)), lr=rate, beta1=%2$s, beta2=%3$s,"
            + " weight_decay=%4$s, eps=%5$s, amsgrad=False, maximize=False,"
            + " grad_scale=scale, found_inf=notFinite)")
        .formatted(
            group,
            options.adam().beta1(),
            options.adam().beta2(),
            weightDecay,
            options.adam().epsilon());
  }
}
