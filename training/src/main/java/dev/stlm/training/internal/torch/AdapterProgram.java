package dev.stlm.training.internal.torch;

import dev.stlm.model.config.Parameter;
import dev.stlm.training.config.LowRankConfig;
import dev.stlm.training.finetune.LowRankAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Low-rank adapters of all projections (Hu et al. 2021, arXiv 2106.09685) as the text of two
 * methods: {@code whole(a, base)} gives the parameters of the model, W + s · B · A for each
 * projection W of {@code base} and its factors in {@code a}, everything else as it is; {@code
 * ofFactors(a, base, g)} the derivatives by the factors from those by the parameters. Nothing else
 * of a step knows of them.
 */
final class AdapterProgram {
  private final List<Parameter> stored;
  private final LowRankConfig config;

  AdapterProgram(List<Parameter> stored, LowRankConfig config) {
    this.stored = List.copyOf(stored);
    this.config = config;
  }

  /** Whether a parameter has an adapter. */
  static boolean adapts(Parameter parameter) {
    return parameter.kind() == Parameter.Kind.MATRIX;
  }

  /**
   * The factors that are learned: of each projection A {@code [r, inputs]}, B {@code [outputs, r]}.
   */
  List<Parameter> factors() {
    List<Parameter> factors = new ArrayList<>();
    for (Parameter p : stored) {
      if (adapts(p)) {
        factors.addAll(LowRankAdapter.factors(p, config));
      }
    }
    return factors;
  }

  /** {@code whole}. */
  String method() {
    List<String> whole = new ArrayList<>();
    int factor = 0;
    for (int i = 0; i < stored.size(); i++) {
      if (adapts(stored.get(i))) {
        whole.add(
            "torch.addmm(base[%d], a[%d], a[%d], beta=1, alpha=%s)"
                .formatted(i, factor + 1, factor, config.scale()));
        factor += 2;
      } else {
        whole.add("base[" + i + "]");
      }
    }
    return new ScriptMethod("whole", "a: List[Tensor], base: List[Tensor]", "List[Tensor]")
        .line("return [" + String.join(", ", whole) + "]")
        .text();
  }

  /** {@code ofFactors}. */
  String derivatives() {
    List<String> changed = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      if (adapts(stored.get(i))) {
        changed.add("w[" + i + "]");
        given.add("g[" + i + "]");
      }
    }
    return new ScriptMethod(
            "ofFactors", "a: List[Tensor], base: List[Tensor], g: List[Tensor]", "List[Tensor]")
        .line("a = self.leaves(a)")
        .line("w = self.whole(a, base)")
        .line("given = annotate(List[Optional[Tensor]], [%s])".formatted(String.join(", ", given)))
        .line(
            "d = torch.grad([%s], a, given, None, False, True)"
                .formatted(String.join(", ", changed)))
        .line("return self.present(d, a)")
        .text();
  }
}
