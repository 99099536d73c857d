package dev.stlm.training.internal.torch;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.NgramConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.InvalidInputException;
import dev.stlm.training.Precision;
import java.util.List;

/**
 * The forward pass of a config as the text of TorchScript methods, one method a block.
 *
 * <p>Shapes in the text: B sequences, T positions, D width, H query heads, K key-value heads, h
 * head width, F hidden channels, V ids, N n-gram orders. Every method that takes parameters takes
 * them as the list {@code p} in the order of {@link ParameterLayout#stored()}; a tied head is the
 * same tensor as the embedding, so its gradient is the sum of both uses.
 *
 * <p>Methods for callers: {@code logits} gives {@code [B, T, V]}; {@code nats} the cross-entropy of
 * the next ids summed over {@code [B, T]}; {@code gradients} the derivatives of the mean
 * cross-entropy, one tensor a parameter.
 */
final class ForwardProgram {
  /** The tensors that every method takes first: ids, n-gram rows, rotary tables. */
  static final String INPUTS = "x: Tensor, rows: Tensor, cos: Tensor, sin: Tensor";

  private final Precision precision;
  private final FlatConfig config;
  private final List<String> stored;
  private final ParameterLayout layout;

  ForwardProgram(ModelConfig config, Precision precision) {
    this.precision = precision;
    this.config =
        switch (config) {
          case FlatConfig flat -> flat;
          case PooledConfig _ ->
              throw new InvalidInputException("runtime djl: it runs flat models; use another one");
        };
    this.layout = ParameterLayout.of(config);
    this.stored = layout.stored().stream().map(Parameter::name).toList();
  }

  /** A whole class with the forward methods alone. */
  String text() {
    return TorchScriptArchive.CLASS_HEADER + methods();
  }

  /** The methods of the class, without its header. */
  String methods() {
    return linear()
        + norm()
        + rotation()
        + attention()
        + feedForward()
        + embedding()
        + logits()
        + crossEntropy()
        + nats()
        + present()
        + gradients();
  }

  /**
   * y = W x. In mixed precision inputs, weights and result are rounded to bfloat16 for the product
   * alone (Micikevicius et al. 2018, arXiv 1710.03740); sums are kept in 32 bits by the hardware.
   */
  private String linear() {
    ScriptMethod m = new ScriptMethod("linear", "x: Tensor, w: Tensor", "Tensor");
    if (precision == Precision.FLOAT32) {
      return m.line("return torch.linear(x, w, None)").text();
    }
    // 15 is bfloat16, 6 is float32
    return m.line("return torch.to(torch.linear(torch.to(x, 15), torch.to(w, 15), None), 6)")
        .text();
  }

  /** RMSNorm over the last dimension (Zhang and Sennrich 2019). */
  private String norm() {
    return new ScriptMethod("norm", "x: Tensor, gain: Tensor", "Tensor")
        .line(
            "return torch.rms_norm(x, [torch.size(x, -1)], gain, %s)"
                .formatted(config.normEpsilon()))
        .text();
  }

  /** Rotary positions: x [B, T, heads, h], cos and sin [T, 1, h / 2]; halves rotate as pairs. */
  private static String rotation() {
    return new ScriptMethod("rotate", "x: Tensor, cos: Tensor, sin: Tensor", "Tensor")
        .line("a, b, = torch.chunk(x, 2, -1)")
        .line("return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)")
        .text();
  }

  /** Grouped-query attention with optional query-key norm: x [B, T, D] to [B, T, D]. */
  private String attention() {
    AttentionConfig a = config.attention();
    String arguments = "x: Tensor, qkv: Tensor, output: Tensor, cos: Tensor, sin: Tensor";
    if (a.qkNorm()) {
      arguments += ", queryGain: Tensor, keyGain: Tensor";
    }
    int repeats = a.heads() / a.kvHeads();
    return new ScriptMethod("attention", arguments, "Tensor")
        .line("B = torch.size(x, 0)")
        .line("T = torch.size(x, 1)")
        .line(
            "heads = torch.view(self.linear(x, qkv), [B, T, %d, %d])"
                .formatted(a.heads() + 2 * a.kvHeads(), a.headWidth()))
        .line(
            "q, k, v, = torch.split_with_sizes(heads, [%d, %d, %d], 2)"
                .formatted(a.heads(), a.kvHeads(), a.kvHeads()))
        .lineIf(a.qkNorm(), "q = self.norm(q, queryGain)")
        .lineIf(a.qkNorm(), "k = self.norm(k, keyGain)")
        .line("q = torch.transpose(self.rotate(q, cos, sin), 1, 2)")
        .line("k = torch.transpose(self.rotate(k, cos, sin), 1, 2)")
        .line("v = torch.transpose(v, 1, 2)")
        // key-value head j serves the query heads j H / K to (j + 1) H / K - 1
        .lineIf(repeats > 1, "k = torch.repeat_interleave(k, %d, 1)".formatted(repeats))
        .lineIf(repeats > 1, "v = torch.repeat_interleave(v, %d, 1)".formatted(repeats))
        .line("y = torch.scaled_dot_product_attention(q, k, v, None, 0., True)")
        .line(
            "y = torch.reshape(torch.transpose(y, 1, 2), [B, T, %d])"
                .formatted(a.heads() * a.headWidth()))
        .line("return self.linear(y, output)")
        .text();
  }

  /** x [B, T, D] to [B, T, D] through F channels. */
  private String feedForward() {
    ScriptMethod m = new ScriptMethod("ffn", "x: Tensor, input: Tensor, output: Tensor", "Tensor");
    m.line("y = self.linear(x, input)");
    switch (config.ffn().activation()) {
      case SWIGLU -> {
        m.line("gate, up, = torch.chunk(y, 2, -1)");
        m.line("y = torch.silu(gate) * up");
      }
      case RELU2 -> m.line("y = torch.square(torch.relu(y))");
    }
    return m.line("return self.linear(y, output)").text();
  }

  /** Ids [B, T] and n-gram rows [N, B, T] to [B, T, D]. */
  private String embedding() {
    ScriptMethod m =
        new ScriptMethod("embedding", "x: Tensor, rows: Tensor, p: List[Tensor]", "Tensor");
    m.line("h = torch.embedding(%s, x, -1, False, False)".formatted(parameter("embed")));
    List<Integer> orders = config.ngrams().map(NgramConfig::orders).orElse(List.of());
    for (int i = 0; i < orders.size(); i++) {
      String name = "ngram." + orders.get(i);
      m.line(
          "e = torch.embedding(%s, torch.select(rows, 0, %d), -1, False, False)"
              .formatted(parameter(name + ".table"), i));
      if (stored.contains(name + ".projection")) {
        m.line("e = self.linear(e, %s)".formatted(parameter(name + ".projection")));
      }
      m.line("h = h + e");
    }
    return m.line("return h").text();
  }

  /** The whole pass: pre-norm residual blocks, final norm, head. */
  private String logits() {
    ScriptMethod m = new ScriptMethod("logits", INPUTS + ", p: List[Tensor]", "Tensor");
    m.line("h = self.embedding(x, rows, p)");
    m.line("c = torch.slice(cos, 0, 0, torch.size(x, 1))");
    m.line("s = torch.slice(sin, 0, 0, torch.size(x, 1))");
    for (int i = 0; i < config.layers(); i++) {
      String a = "layers." + i + ".attention.";
      String gains =
          config.attention().qkNorm()
              ? ", " + parameter(a + "queryNorm") + ", " + parameter(a + "keyNorm")
              : "";
      m.line("a = self.norm(h, %s)".formatted(parameter(a + "norm")));
      m.line(
          "h = h + self.attention(a, %s, %s, c, s%s)"
              .formatted(parameter(a + "qkv"), parameter(a + "output"), gains));
      String f = "layers." + i + ".ffn.";
      m.line("f = self.norm(h, %s)".formatted(parameter(f + "norm")));
      m.line(
          "h = h + self.ffn(f, %s, %s)".formatted(parameter(f + "input"), parameter(f + "output")));
    }
    m.line(
        "return self.linear(self.norm(h, %s), %s)".formatted(parameter("norm"), parameter("head")));
    return m.text();
  }

  /** Of logits z [B, T, V] for ids y [B, T], in nats; reduction 1 is the mean, 2 the sum. */
  private static String crossEntropy() {
    return new ScriptMethod("crossEntropy", "z: Tensor, y: Tensor, reduction: int", "Tensor")
        .line("z = torch.flatten(z, 0, 1)")
        .line("y = torch.flatten(y, 0, 1)")
        .line("return torch.cross_entropy_loss(z, y, None, reduction, -100, 0.)")
        .text();
  }

  private static String nats() {
    return new ScriptMethod("nats", INPUTS + ", y: Tensor, p: List[Tensor]", "Tensor")
        .line("return self.crossEntropy(self.logits(x, rows, cos, sin, p), y, 2)")
        .text();
  }

  /** {@code torch.grad} gives optional tensors; all of ours are present. */
  private static String present() {
    return new ScriptMethod("present", "maybe: List[Optional[Tensor]]", "List[Tensor]")
        .line("g = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(maybe)):")
        .line("  _0 = torch.append(g, torch._unwrap_optional(maybe[i]))")
        .line("return g")
        .text();
  }

  private static String gradients() {
    return new ScriptMethod("gradients", INPUTS + ", y: Tensor, p: List[Tensor]", "List[Tensor]")
        .line("leaves = annotate(List[Tensor], [])")
        .line("for i in range(torch.len(p)):")
        .line("  _0 = torch.append(leaves, torch.requires_grad_(torch.detach(p[i]), True))")
        .line("loss = self.crossEntropy(self.logits(x, rows, cos, sin, leaves), y, 1)")
        .line("return self.present(torch.grad([loss], leaves, None, None, False, False))")
        .text();
  }

  /** {@code p[i]} for the stored parameter behind a name. */
  private String parameter(String name) {
    return "p[" + stored.indexOf(layout.resolve(name).name()) + "]";
  }
}
