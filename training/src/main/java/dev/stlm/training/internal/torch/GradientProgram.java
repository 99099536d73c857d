package dev.stlm.training.internal.torch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A pass and its loss, differentiated by {@code torch.grad} on detached views of the parameters, so
 * that the parameters themselves never require gradients and no gradient outlives the call.
 *
 * <p>{@code NAMEGradients(y, n, weight, [teacher,] [noise,] ids, rope, p)} takes targets y [B, T],
 * what their sum is divided by and what the loss counts; it gives the cross-entropy, the loss
 * before the weight, and the derivatives after it, one tensor a parameter. {@code NAMEObjective(y,
 * [noise,] ids, rope, p)} is the loss alone, for n the number of targets that are scored.
 *
 * <p>Recomputing (Chen et al. 2016, arXiv 1604.06174) keeps what goes from segment to segment alone
 * and computes each segment once more when it is differentiated: by its parameters and by what it
 * takes, given the derivatives by what it gives. The derivatives are the same bits.
 *
 * @param name before the names of the methods
 * @param pass what is before the loss
 * @param loss a call whose results are the cross-entropy and the loss, from {@code y}, {@code n}
 *     and what the pass gives
 * @param lossTakes results of the pass that the loss is differentiated by
 * @param distils whether there is {@code teacher}
 * @param noisy whether what falls out is an argument
 */
record GradientProgram(
    String name,
    List<Segment> pass,
    String loss,
    List<String> lossTakes,
    boolean distils,
    boolean noisy) {

  /** The methods that all such programs use. */
  static String common() {
    return leaves() + leaf() + present() + derivative() + added();
  }

  /** The method of the gradients. */
  String gradients(boolean recompute) {
    ScriptMethod m =
        new ScriptMethod(
            name + "Gradients",
            "y: Tensor, n: Tensor, weight: float, %s%s%s, p: List[Tensor]"
                .formatted(
                    distils ? "teacher: Tensor, " : "",
                    noisy ? "noise: Tensor, " : "",
                    ForwardProgram.INPUTS),
            "Tuple[Tensor, Tensor, List[Tensor]]");
    if (recompute) {
      pass.forEach(s -> m.line(s.line()));
      m.line("p = self.leaves(p)");
      backward(m);
    } else {
      m.line("p = self.leaves(p)");
      pass.forEach(s -> m.line(s.line()));
      m.line("ce, total, = " + loss);
      m.line("g = torch.grad([total * weight], p, None, None, False, True)");
    }
    return m.line("return (torch.detach(ce), torch.detach(total), self.present(g, p))").text();
  }

  /** The method of the loss alone; without a teacher. */
  String objective() {
    ScriptMethod m =
        new ScriptMethod(
            name + "Objective",
            "y: Tensor, %s%s, p: List[Tensor]"
                .formatted(noisy ? "noise: Tensor, " : "", ForwardProgram.INPUTS),
            "Tensor");
    m.line("n = self.scored(y, rope[0])");
    pass.forEach(s -> m.line(s.line()));
    return m.line("ce, total, = " + loss).line("return total").text();
  }

  /** The derivatives of the objective. */
  String derivatives() {
    return new ScriptMethod(
            name + "Derivatives",
            "y: Tensor, %s%s, p: List[Tensor]"
                .formatted(noisy ? "noise: Tensor, " : "", ForwardProgram.INPUTS),
            "List[Tensor]")
        .line("n = self.scored(y, rope[0])")
        .line(
            "ce, total, g, = self.%sGradients(y, n, 1., %sids, rope, p)"
                .formatted(name, noisy ? "noise, " : ""))
        .line("return g")
        .text();
  }

  /** Segments from the last to the first, each computed again; NAME's derivative is dNAME. */
  private void backward(ScriptMethod m) {
    Set<String> known = new HashSet<>();
    lossTakes.forEach(in -> m.line("%1$s = self.leaf(%1$s)".formatted(in)));
    m.line("ce, total, = " + loss);
    m.line("g = annotate(List[Optional[Tensor]], [])");
    m.line("for i in range(torch.len(p)):");
    m.line("  _0 = torch.append(g, None)");
    differentiate(m, "total * weight", "None", lossTakes, known);
    for (Segment segment : pass.reversed()) {
      List<String> out = segment.gives().stream().filter(known::contains).toList();
      if (segment.constant() || out.isEmpty()) {
        continue;
      }
      segment.takes().forEach(in -> m.line("%1$s = self.leaf(%1$s)".formatted(in)));
      m.line(segment.line());
      String given = String.join(", ", out.stream().map(o -> "d" + o).toList());
      differentiate(
          m,
          String.join(", ", out),
          "annotate(List[Optional[Tensor]], [%s])".formatted(given),
          segment.takes(),
          known);
    }
  }

  /** Derivatives of some results by parameters and by what a segment took. */
  private static void differentiate(
      ScriptMethod m, String results, String given, List<String> takes, Set<String> known) {
    m.line(
        "d = torch.grad([%s], torch.add([%s], p), %s, None, False, True)"
            .formatted(results, String.join(", ", takes), given));
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < takes.size(); i++) {
      String in = takes.get(i);
      String by = "self.derivative(d[%d], %s)".formatted(i, in);
      sums.add("d%1$s = %2$s%3$s".formatted(in, known.add(in) ? "" : "d" + in + " + ", by));
    }
    sums.forEach(m::line);
    m.line("g = self.added(g, d, %d)".formatted(takes.size()));
  }

  private static String leaf() {
    return new ScriptMethod("leaf", "x: Tensor", "Tensor")
        .line("return torch.requires_grad_(torch.detach(x), True)")
        .text();
  }

  private static String leaves() {
    return new ScriptMethod("leaves", "p: List[Tensor]", "List[Tensor]")
        .line("list = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(p)):")
        .line("  _0 = torch.append(list, self.leaf(p[i]))")
        .line("return list")
        .text();
  }

  /** What {@code torch.grad} gave, with zeros for parameters that had no part in the loss. */
  private static String present() {
    return new ScriptMethod(
            "present", "maybe: List[Optional[Tensor]], p: List[Tensor]", "List[Tensor]")
        .line("g = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(maybe)):")
        .line("  _0 = torch.append(g, self.derivative(maybe[i], p[i]))")
        .line("return g")
        .text();
  }

  private static String derivative() {
    return new ScriptMethod("derivative", "maybe: Optional[Tensor], by: Tensor", "Tensor")
        .line("if torch.__is__(maybe, None):")
        .line("  d = torch.zeros_like(by)")
        .line("else:")
        .line("  d = torch._unwrap_optional(maybe)")
        .line("return d")
        .text();
  }

  /** The sums of derivatives g and those of d from number {@code first} on. */
  private static String added() {
    return new ScriptMethod(
            "added",
            "g: List[Optional[Tensor]], d: List[Optional[Tensor]], first: int",
            "List[Optional[Tensor]]")
        .line("sums = annotate(List[Optional[Tensor]], [])")
        .line("for i in range(torch.len(g)):")
        .line("  more = d[first + i]")
        .line("  before = g[i]")
        .line("  if torch.__is__(more, None):")
        .line("    _0 = torch.append(sums, before)")
        .line("  else:")
        .line("    if torch.__is__(before, None):")
        .line("      _1 = torch.append(sums, more)")
        .line("    else:")
        .line("      sum = torch._unwrap_optional(before) + torch._unwrap_optional(more)")
        .line("      _2 = torch.append(sums, sum)")
        .line("return sums")
        .text();
  }
}
