package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One optimiser step as three TorchScript methods: {@code differentiate} shares of a batch, at the
 * same time if one likes, {@code add} their gradients, and {@code apply} the sum.
 *
 * <p>{@link GradientProgram} says how it differentiates; nothing has to be zeroed. Micro-batches
 * are a loop whose gradients are averaged, each target with the same weight; a share is some of
 * them. Clipping by the global norm is a scale that the update divides gradients by; a norm that is
 * not finite skips the update.
 *
 * <p>{@code differentiate(part, settings, y, [teacher,] [ym,] ids, rope, [idsm,] parameters[,
 * base])} takes the first micro-batch of the share and the one after its last, settings {@code
 * [learning rate, step from 1, share of the new weights in their average, share that falls out,
 * seed of each micro-batch …]}, both on the CPU, the next ids y {@code [A, B, T]} of all
 * micro-batches and their inputs, targets and inputs of masked sequences {@code [A, M, T]} where
 * the objective has them, and the parameters; with {@link AdapterProgram adapters} what is learned
 * is their factors, and the parameters that they change follow, {@code base}. It gives {@code
 * [cross-entropy, loss]} and the gradients by the parameters of the model, in their order, all of
 * them parts of sums over the shares.
 *
 * <p>{@code add(sum, more)} adds in place what {@code differentiate} gave. {@code apply(settings,
 * sum, GROUP…[, base][, average][, mask])} takes for each group of the {@link UpdateProgram} its
 * parameters and what the optimiser remembers of them. It gives {@code [cross-entropy, loss,
 * gradient norm]} before the update, in nats; the cross-entropy is that of the sequences that are
 * not masked. Sequences count the same in the loss, masked or not.
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
   * @param gpu whether it is for a GPU
   * @param masked parameters, as indices into the stored order, whose gradients are masked
   */
  StepProgram(ModelConfig config, LearnerSettings settings, boolean gpu, List<Integer> masked) {
    List<Parameter> stored = ParameterLayout.of(config).stored();
    this.adapters = settings.adapters().map(low -> new AdapterProgram(stored, low));
    this.learned = adapters.map(AdapterProgram::factors).orElse(stored);
    this.settings = settings;
    this.masked = List.copyOf(masked);
    this.forward = new ForwardProgram(config, settings, gpu);
    this.update =
        UpdateProgram.of(
            settings.optimizer(), settings.precision(), learned, new JoinedRows(config)::of);
  }

  /** Parameters and what the optimiser remembers of them, as the step takes them. */
  List<UpdateProgram.Group> groups() {
    return update.groups();
  }

  String text() {
    return TorchScriptArchive.CLASS_HEADER
        + forward.methods()
        + update.methods()
        + adapters.map(a -> a.method() + a.derivatives()).orElse("")
        + (settings.averaging().isPresent() ? AveragingProgram.methods() : "")
        + group()
        + differentiate()
        + add()
        + apply();
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

  private String differentiate() {
    boolean distils = settings.teacher().isPresent();
    boolean masks = settings.objective().masking().isPresent();
    String noise = forward.dropout() ? "noise, " : "";
    String arguments =
        "part: Tensor, settings: Tensor, y: Tensor"
            + (distils ? ", teacher: Tensor" : "")
            + (masks ? ", ym: Tensor" : "")
            + ", "
            + ForwardProgram.INPUTS
            + (masks ? ", idsm: List[Tensor]" : "")
            + ", learned: List[Tensor]"
            + (adapters.isPresent() ? ", base: List[Tensor]" : "");
    return new ScriptMethod("differentiate", arguments, "List[Tensor]")
        .line("p = " + (adapters.isPresent() ? "self.whole(learned, base)" : "learned"))
        .line("A = torch.size(y, 0)")
        .line("like = rope[0]")
        .line("n = self.scored(y, like) / A")
        .line("weight = 1. / float(A)")
        .lineIf(masks, "nm = self.scored(ym, like) / A")
        .lineIf(masks, "B = torch.size(y, 1) + torch.size(ym, 1)")
        .lineIf(masks, "weight = torch.size(y, 1) / (A * B)")
        .lineIf(masks, "weightm = torch.size(ym, 1) / (A * B)")
        .line("sums = torch.new_zeros(like, [2])")
        .line("g = annotate(List[Tensor], [])")
        .line("first = int(torch.select(part, 0, 0))")
        .line("for i in range(int(torch.select(part, 0, 1)) - first):")
        .line("  a = first + i")
        .line("  ya = torch.select(y, 0, a)")
        .lineIf(
            forward.dropout(),
            "  noise = torch.cat([torch.slice(settings, 0, 3, 4), torch.slice(settings, 0, 4 + a, 5 + a)])")
        .line(
            "  ce, total, ga, = self.causalGradients(ya, n, weight, %s%sself.group(ids, a), rope, p)"
                .formatted(distils ? "torch.select(teacher, 0, a), " : "", noise))
        .line("  total = total * weight")
        .lineIf(
            masks,
            "  _0, totalm, gm, = self.maskedGradients(torch.select(ym, 0, a), nm, weightm, %sself.group(idsm, a), rope, p)"
                .formatted(noise))
        .lineIf(masks, "  ga = torch._foreach_add(ga, gm, alpha=1)")
        .lineIf(masks, "  total = total + totalm * weightm")
        .line("  sums = sums + torch.stack([ce / A, total])")
        .line("  if torch.eq(i, 0):")
        .line("    g = ga")
        .line("  else:")
        .line("    g = torch._foreach_add(g, ga, alpha=1)")
        .line("return torch.add([sums], g)")
        .text();
  }

  private static String add() {
    return new ScriptMethod("add", "sum: List[Tensor], more: List[Tensor]", "Tensor")
        .line("_0 = torch._foreach_add_(sum, more, alpha=1)")
        .line("return sum[0]")
        .text();
  }

  private String apply() {
    String[] weights = new String[learned.size()];
    StringBuilder arguments = new StringBuilder("settings: Tensor, sum: List[Tensor]");
    List<String> toUpdate = new ArrayList<>();
    for (UpdateProgram.Group group : groups()) {
      List<String> gradients = new ArrayList<>();
      for (int i : group.parameters()) {
        weights[i] = "%s[%d]".formatted(group.name(), gradients.size());
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
    ScriptMethod apply = new ScriptMethod("apply", arguments.toString(), "Tensor");
    String learnedNow = "[" + String.join(", ", weights) + "]";
    apply
        .line("sums = sum[0]")
        .line("g = torch.slice(sum, 1, torch.len(sum), 1)")
        .lineIf(adapters.isPresent(), "g = self.ofFactors(%s, base, g)".formatted(learnedNow))
        .lineIf(!masked.isEmpty(), "g = [%s]".formatted(maskedGradients()))
        .line("norm = torch.norm(torch.stack(torch._foreach_norm(g)))")
        .line("scale = torch.clamp_min(norm / %s, 1.)".formatted(settings.optimizer().clip()))
        .line("notFinite = torch.to(torch.logical_not(torch.isfinite(norm)), sums)")
        .line("rate = float(torch.select(settings, 0, 0))")
        .line("count = torch.to(torch.select(settings, 0, 1), sums)")
        .line(
            "_1 = self.update(%s, rate, count, scale, notFinite)"
                .formatted(String.join(", ", toUpdate)));
    for (int j = 0; j < masked.size(); j++) {
      // an update need not be zero where the gradient is
      apply.line("_2 = torch.mul_(%s, mask[%d])".formatted(weights[masked.get(j)], j));
    }
    return apply
        .lineIf(averages, "share = torch.to(torch.select(settings, 0, 2), sums) * (1. - notFinite)")
        .lineIf(averages, "_3 = self.average(average, %s, share)".formatted(learnedNow))
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
