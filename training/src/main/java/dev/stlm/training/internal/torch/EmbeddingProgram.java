package dev.stlm.training.internal.torch;

import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import java.util.List;

/** Ids to vectors: table, smear, n-grams. */
final class EmbeddingProgram {
  private final ModelConfig config;
  private final ParameterExpressions parameters;

  EmbeddingProgram(ModelConfig config, ParameterExpressions parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  /** {@code embedding}: ids [B, T] and n-gram rows [N, B, T] to [B, T, D]. */
  String methods() {
    ScriptMethod m =
        new ScriptMethod("embedding", "x: Tensor, rows: Tensor, p: List[Tensor]", "Tensor");
    m.line("h = torch.embedding(%s, x, -1, False, False)".formatted(parameters.of("embed")));
    config
        .smear()
        .ifPresent(channels -> {
          m.line(
              "gate = torch.matmul(torch.slice(h, 2, 0, %d), %s)"
                  .formatted(channels, parameters.of("smear.gate")));
          m.line(
              "gate = torch.unsqueeze(torch.sigmoid(gate), 2) * %s"
                  .formatted(parameters.of("smear.scale")));
          m.line("h = h + gate * self.shifted(h)");
        });
    List<Integer> orders = config.ngrams().map(NgramConfig::orders).orElse(List.of());
    for (int i = 0; i < orders.size(); i++) {
      String name = "ngram." + orders.get(i);
      m.line(
          "e = torch.embedding(%s, torch.select(rows, 0, %d), -1, False, False)"
              .formatted(parameters.of(name + ".table"), i));
      if (parameters.has(name + ".projection")) {
        m.line("e = self.linear(e, %s)".formatted(parameters.of(name + ".projection")));
      }
      m.line("h = h + e");
    }
    return m.line("return h").text();
  }
}
