package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One optimiser step as a TorchScript method: forward, backward and update in a single call.
 *
 * <p>The method differentiates with {@code torch.grad} on detached views of the parameters, so the
 * parameters themselves never require gradients, no gradient outlives the call and nothing has to
 * be zeroed. Micro-batches are a loop whose gradients are averaged, each target with the same
 * weight. Clipping by the global norm is a scale that the update divides gradients by; a norm that
 * is not finite skips the update.
 *
 * <p>{@code step(y, settings, [teacher,] ids, rope, GROUP…[, base][, average][, mask])} takes the
 * next ids y {@code [A, B, T]} of micro-batches and their inputs, settings {@code [learning rate,
 * step from 1, share of the new weights in their average]} on the CPU, and for each group of the
 * {@link UpdateProgram} its parameters and what the optimiser remembers of them. With {@link
 * AdapterProgram adapters} the groups are of their factors, and the parameters that they change
 * follow, {@code base}. It gives {@code [cross-entropy, loss, gradient norm]} before the update, in
 * nats.
 */
final class StepProgram {
  private final List<Parameter> learned;
  private final Optional<AdapterProgram> adapters;
  private final ForwardProgram forward;
  private final UpdateProgram update;
  private final LearnerSettings settings;
  private final List<Integer> masked;

  /**
   * The step of a config.
   *
   * @param masked parameters, as indices into the stored order, whose gradients are masked
   */
  StepProgram(ModelConfig config, LearnerSettings settings, List<Integer> masked) {
    List<Parameter> stored = ParameterLayout.of(config).stored();
    this.adapters = settings.adapters().map(low -> new AdapterProgram(stored, low));
    this.learned = adapters.map(AdapterProgram::factors).orElse(stored);
    this.settings = settings;
    this.masked = List.copyOf(masked);
    this.forward = new ForwardProgram(config, settings.precision(), settings.objective());
    this.update = UpdateProgram.of(settings.optimizer(), settings.precision(), learned);
  }

  /** Parameters and what the optimiser remembers of them, as the step takes them. */
  List<UpdateProgram.Group> groups() {
    return update.groups();
  }

  String text() {
    return TorchScriptArchive.CLASS_HEADER
        + forward.methods()
        + update.methods()
        + adapters.map(AdapterProgram::method).orElse("")
        + (settings.averaging().isPresent() ? AveragingProgram.methods() : "")
        + group()
        + loss()
        + step();
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

  /**
   * Of the residual stream h [B, T, D] and n targets: the cross-entropy of the next id, and the
   * loss without drafts.
   */
  private String loss() {
    String result = "Tuple[Tensor, Tensor]";
    String arguments = "h: Tensor, y: Tensor, p: List[Tensor], n: Tensor";
    if (settings.teacher().isEmpty()) {
      return new ScriptMethod("loss", arguments, result)
          .line("ce = self.summed(h, y, p) / n")
          .line("return (ce, ce)")
          .text();
    }
    // (1 - w) CE + w T² KL(teacher_T || student_T) (Hinton et al. 2015)
    Teacher.Settings d = settings.teacher().get().settings();
    return new ScriptMethod("loss", arguments + ", teacher: Tensor", result)
        .line("z = self.head(h, p)")
        .line("ce = self.crossEntropy(z, y, 2) / n")
        .line("t = torch.log_softmax(teacher / %s, -1)".formatted(d.temperature()))
        .line("s = torch.log_softmax(z / %s, -1)".formatted(d.temperature()))
        .line("kl = torch.sum(torch.exp(t) * (t - s), [-1])")
        .line("kl = torch.sum(kl * torch.to(torch.ge(y, 0), kl)) / n")
        .line(
            "return (ce, ce * %s + kl * %s)"
                .formatted(1 - d.weight(), d.weight() * d.temperature() * d.temperature()))
        .text();
  }

  private String step() {
    boolean distils = settings.teacher().isPresent();
    String[] leaves = new String[learned.size()];
    String[] weights = new String[learned.size()];
    StringBuilder arguments = new StringBuilder("y: Tensor, settings: Tensor");
    arguments.append(distils ? ", teacher: Tensor" : "");
    arguments.append(", ").append(ForwardProgram.INPUTS);
    List<String> toUpdate = new ArrayList<>();
    for (UpdateProgram.Group group : groups()) {
      List<String> gradients = new ArrayList<>();
      for (int i : group.parameters()) {
        weights[i] = "%s[%d]".formatted(group.name(), gradients.size());
        leaves[i] = "torch.requires_grad_(torch.detach(%s), True)".formatted(weights[i]);
        gradients.add("g[" + i + "]");
      }
      toUpdate.add("[" + String.join(", ", gradients) + "]");
      toUpdate.addAll(group.kept());
      group.kept().forEach(list -> arguments.append(", ").append(list).append(": List[Tensor]"));
    }
    arguments.append(adapters.isEmpty() ? "" : ", base: List[Tensor]");
    boolean averages = settings.averaging().isPresent();
    arguments.append(averages ? ", average: List[Tensor]" : "");
    arguments.append(masked.isEmpty() ? "" : ", mask: List[Tensor]");
    ScriptMethod step = new ScriptMethod("step", arguments.toString(), "Tensor");
    step.line("leaves = [%s]".formatted(String.join(", ", leaves)))
        .line("A = torch.size(y, 0)")
        .line("like = rope[0]")
        .line("n = self.scored(y, like) / A")
        .line("sums = torch.new_zeros(like, [2])")
        .line("g = annotate(List[Tensor], [])")
        .line("for a in range(A):")
        .line("  ya = torch.select(y, 0, a)")
        .line("  p = " + (adapters.isEmpty() ? "leaves" : "self.whole(leaves, base)"))
        .line("  h = self.residual(self.group(ids, a), rope, p)")
        .line(
            "  ce, total, = self.loss(h, ya, p, n%s)"
                .formatted(distils ? ", torch.select(teacher, 0, a)" : ""))
        .line("  total = self.withDrafts(total, h, ya, p)")
        .line("  sums = sums + torch.stack([torch.detach(ce), torch.detach(total)]) / A")
        .line("  maybe = torch.grad([total / A], leaves, None, None, False, True)")
        .line("  ga = self.present(maybe, leaves)")
        .line("  if torch.eq(a, 0):")
        .line("    g = ga")
        .line("  else:")
        .line("    g = torch._foreach_add(g, ga, alpha=1)")
        .lineIf(!masked.isEmpty(), "g = [%s]".formatted(maskedGradients()))
        .line("norm = torch.norm(torch.stack(torch._foreach_norm(g)))")
        .line("scale = torch.clamp_min(norm / %s, 1.)".formatted(settings.optimizer().clip()))
        .line("notFinite = torch.to(torch.logical_not(torch.isfinite(norm)), like)")
        .line("rate = float(torch.select(settings, 0, 0))")
        .line("count = torch.to(torch.select(settings, 0, 1), like)")
        .line(
            "_1 = self.update(%s, rate, count, scale, notFinite)"
                .formatted(String.join(", ", toUpdate)));
    for (int j = 0; j < masked.size(); j++) {
      // an update need not be zero where the gradient is
      step.line("_2 = torch.mul_(%s, mask[%d])".formatted(weights[masked.get(j)], j));
    }
    return step.lineIf(
            averages, "share = torch.to(torch.select(settings, 0, 2), like) * (1. - notFinite)")
        .lineIf(
            averages,
            "_3 = self.average(average, [%s], share)".formatted(String.join(", ", weights)))
        .line("return torch.cat([sums, torch.unsqueeze(norm, 0)])")
        .text();
  }

  /** The gradients, those of masked parameters times their masks. */
  private String maskedGradients() {
    List<String> gradients = new ArrayList<>();
    for (int i = 0; i < learned.size(); i++) {
      int mask = masked.indexOf(i);
      gradients.add(mask < 0 ? "g[" + i + "]" : "g[%d] * mask[%d]".formatted(i, mask));
    }
    return String.join(", ", gradients);
  }
}
