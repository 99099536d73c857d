package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.OptimizerConfig.AdamW;
import dev.stlm.training.config.OptimizerConfig.Muon;
import dev.stlm.training.config.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Muon (Jordan et al. 2024) for projections: groups {@code m0}, {@code m1}, …, each of projections
 * of one shape, whose momenta are made orthogonal in one batched product; what one parameter joins
 * (queries, keys, values) is taken apart for that. Everything else, the head included, has {@link
 * AdamWProgram}.
 *
 * <p>A projection W [R, C] with gradient g remembers M ← μ M + (1 − μ) g, takes U = (1 − μ) g + μ M
 * (Nesterov), and goes W ← (1 − rate · decay) W − rate · 0.2 · sqrt(max(R, C)) · NS(U), where NS is
 * five Newton–Schulz iterations that bring all singular values to between about 0.7 and 1.2.
 *
 * @param matrices the groups of projections
 * @param rows of the projections that the parameters of each group join
 */
record MuonProgram(
    Muon config,
    Precision precision,
    AdamWProgram others,
    List<Group> matrices,
    List<List<Integer>> rows)
    implements UpdateProgram {
  /** Coefficients of the iteration, steep at 0 (Jordan et al. 2024). */
  private static final double A = 3.4445;

  private static final double B = -4.7750;
  private static final double C = 2.0315;
  private static final int ITERATIONS = 5;

  /** Smallest norm that is divided by. */
  private static final double EPSILON = 1e-7;

  /** The root mean square of AdamW's updates, about (Liu et al. 2025, arXiv 2502.16982). */
  private static final double SCALE = 0.2;

  /** Projections that are treated as one batch. */
  private record Form(int columns, List<Integer> rows) {}

  static MuonProgram of(
      Muon config,
      Precision precision,
      List<Parameter> stored,
      Function<Parameter, List<Integer>> joined) {
    List<Integer> rest = new ArrayList<>();
    Map<Form, List<Integer>> byForm = new LinkedHashMap<>();
    for (int i = 0; i < stored.size(); i++) {
      Parameter p = stored.get(i);
      if (p.kind() == Parameter.Kind.MATRIX && !p.name().equals("head")) {
        Form form = new Form(p.columns(), joined.apply(p));
        byForm.computeIfAbsent(form, f -> new ArrayList<>()).add(i);
      } else {
        rest.add(i);
      }
    }
    List<Group> groups = new ArrayList<>();
    for (List<Integer> matrices : byForm.values()) {
      groups.add(new Group("m" + groups.size(), matrices, List.of("momentum")));
    }
    AdamW adamw =
        new AdamW(
            config.learningRate(),
            config.weightDecay(),
            config.beta1(),
            config.beta2(),
            config.epsilon(),
            config.clip());
    return new MuonProgram(
        config,
        precision,
        AdamWProgram.of(adamw, stored, rest),
        groups,
        byForm.keySet().stream().map(Form::rows).toList());
  }

  @Override
  public List<Group> groups() {
    List<Group> all = new ArrayList<>(others.groups());
    all.addAll(matrices);
    return all;
  }

  @Override
  public String methods() {
    ScriptMethod update = update();
    others.lines(update);
    for (int i = 0; i < matrices.size(); i++) {
      String name = matrices.get(i).name();
      update
          .line("u = self.momenta(%1$sg, %1$s_momentum, scale, notFinite)".formatted(name))
          .line("x = torch.cat([%s], 1)".formatted(orthogonalParts(rows.get(i))))
          .line("_0 = self.move(%s, x, rate, notFinite)".formatted(name));
    }
    return others.ownMethods()
        + momenta()
        + iterated()
        + orthogonal()
        + move()
        + update.line("return notFinite").text();
  }

  /** The directions of the projections that u [N, R, C] joins, one after the other. */
  private static String orthogonalParts(List<Integer> rows) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int r : rows) {
      parts.add("self.orthogonal(torch.slice(u, 1, %d, %d))".formatted(from, from + r));
      from += r;
    }
    return String.join(", ", parts);
  }

  /** Momenta m after gradients g, and what is to be made orthogonal: [N, R, C]. */
  private String momenta() {
    String arguments = "g: List[Tensor], m: List[Tensor], scale: Tensor, notFinite: Tensor";
    return new ScriptMethod("momenta", arguments, "Tensor")
        .line("skip = torch.to(notFinite, 11)") // bool
        .line("blend = (1. - notFinite) * %s".formatted(1 - config.momentum()))
        .line("u = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(g)):")
        .line("  gi = torch.masked_fill(g[i] / scale, skip, 0.)")
        .line("  _0 = torch.lerp_(m[i], gi, blend)")
        .line("  _1 = torch.append(u, torch.lerp(gi, m[i], %s))".formatted(config.momentum()))
        .line("return torch.stack(u)")
        .text();
  }

  /** u [N, R, C] with its singular values brought to about 0.2 · sqrt(max(R, C)). */
  private String orthogonal() {
    return new ScriptMethod("orthogonal", "u: Tensor", "Tensor")
        .line("tall = torch.gt(torch.size(u, 1), torch.size(u, 2))")
        .line("x = u / torch.clamp_min(torch.norm(u, 2, [1, 2], True), %s)".formatted(EPSILON))
        .line("if tall:")
        .line("  x = torch.transpose(x, 1, 2)")
        .line("x = self.iterated(x)")
        .line("if tall:")
        .line("  x = torch.transpose(x, 1, 2)")
        .line("longer = ops.prim.max(torch.size(x, 1), torch.size(x, 2))")
        .line("return x * (torch.sqrt(longer) * %s)".formatted(SCALE))
        .text();
  }

  /** The iterations, of x [N, R, C] with R at most C. */
  private String iterated() {
    ScriptMethod m = new ScriptMethod("iterated", "x: Tensor", "Tensor");
    if (precision == Precision.MIXED) {
      return plain(m.line("x = " + Arithmetic.bfloat16("x")), "")
          .line("return torch.to(x, 6)") // float32
          .text();
    }
    m.line("if torch.ge(torch.size(x, 2), torch.size(x, 1) * 2):");
    gram(m);
    m.line("else:");
    return plain(m, "  ").line("return x").text();
  }

  /** X ← a X + (b G + c G²) X, where G = X Xᵀ. */
  private static ScriptMethod plain(ScriptMethod m, String indent) {
    return m.line(indent + "for i in range(%d):".formatted(ITERATIONS))
        .line(indent + "  g = torch.bmm(x, torch.transpose(x, 1, 2))")
        .line(indent + "  p = torch.baddbmm(g, g, g, beta=%s, alpha=%s)".formatted(B, C))
        .line(indent + "  x = torch.baddbmm(x, p, x, beta=%s, alpha=1)".formatted(A));
  }

  /**
   * The same of wide matrices with fewer operations: X = Q X₀ all along, and G follows from itself,
   * P G P with P = a + b G + c G², so that only R × R matrices are multiplied. It loses three
   * digits of 32-bit numbers, which leaves four; of bfloat16 it would leave none.
   */
  private static void gram(ScriptMethod m) {
    m.line("  g = torch.bmm(x, torch.transpose(x, 1, 2))")
        .line("  q = torch.diag_embed(torch.new_ones(x, [torch.size(x, 0), torch.size(x, 1)]))");
    for (int i = 0; i < ITERATIONS; i++) {
      m.line("  p = torch.baddbmm(g, g, g, beta=%s, alpha=%s)".formatted(B, C))
          .line("  q = torch.baddbmm(q, p, q, beta=%s, alpha=1)".formatted(A));
      if (i < ITERATIONS - 1) {
        m.line("  g = torch.baddbmm(g, p, g, beta=%s, alpha=1)".formatted(A))
            .line("  g = torch.baddbmm(g, g, p, beta=%s, alpha=1)".formatted(A));
      }
    }
    m.line("  x = torch.bmm(q, x)");
  }

  /** Projections w go by x [N, R, C]. */
  private String move() {
    String arguments = "w: List[Tensor], x: Tensor, rate: float, notFinite: Tensor";
    return new ScriptMethod("move", arguments, "int")
        .line("far = (1. - notFinite) * rate")
        .line("kept = 1. - far * %s".formatted(config.weightDecay()))
        .line("for i in range(torch.len(w)):")
        .line("  _0 = torch.mul_(w[i], kept)")
        .line("  _1 = torch.addcmul_(w[i], torch.select(x, 0, i), far, value=-1.)")
        .line("return torch.len(w)")
        .text();
  }
}
