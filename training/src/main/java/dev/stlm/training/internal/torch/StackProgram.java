package dev.stlm.training.internal.torch;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.StackConfig;
import java.util.Optional;

/**
 * A stack of pre-norm residual blocks: the method {@code NAME(h, group, cos, sin, p)} takes vectors
 * h [B, T, D], numbers group [B, T] and rotary tables of at least T positions, and gives [B, T, D].
 * Groups say who sees whom where the sight is {@link Sight#GROUP}.
 */
final class StackProgram {
  /** What a position sees. */
  enum Sight {
    /** What is before it, within the window if there is one. */
    PAST,
    /** All positions with its group number. */
    GROUP,
    /** All positions. */
    ALL
  }

  private final String name;
  private final String prefix;
  private final StackConfig config;
  private final AttentionConfig attention;
  private final Sight sight;
  private final Optional<Band> band;
  private final ParameterExpressions parameters;

  /**
   * A stack.
   *
   * @param name of the method
   * @param prefix of the parameters, such as {@code encoder.}
   * @param largestGroup positions of a group at most; they follow each other
   */
  StackProgram(
      String name,
      String prefix,
      StackConfig config,
      Sight sight,
      int largestGroup,
      ParameterExpressions parameters) {
    this.name = name;
    this.prefix = prefix;
    this.config = config;
    this.attention = config.attention();
    this.sight = sight;
    this.band =
        switch (sight) {
          case PAST -> attention.window().map(Band::window);
          case GROUP -> Optional.of(Band.groups(largestGroup));
          case ALL -> Optional.empty();
        };
    this.parameters = parameters;
  }

  String methods() {
    if (config.layers() == 0) {
      return "";
    }
    return mask() + heads() + attend() + feedForward() + stack();
  }

  /** A call of the method; a stack without layers is the vectors themselves. */
  String call(String h, String group, String cos, String sin) {
    return config.layers() == 0
        ? h
        : "self.%s(%s, %s, %s, %s, p)".formatted(name, h, group, cos, sin);
  }

  private String mask() {
    return band.map(b ->
            sight == Sight.GROUP
                ? b.groupMask(name + "Mask")
                : b.windowMask(name + "Mask", attention.window().orElseThrow()))
        .orElse("");
  }

  /** Queries [B, T, H, h], keys and values [B, T, K, h] of normed vectors [B, T, D]. */
  private String heads() {
    AttentionConfig a = attention;
    String arguments = "x: Tensor, qkv: Tensor, cos: Tensor, sin: Tensor";
    if (a.qkNorm()) {
      arguments += ", queryGain: Tensor, keyGain: Tensor";
    }
    return new ScriptMethod(name + "Heads", arguments, "Tuple[Tensor, Tensor, Tensor]")
        .line(
            "heads = torch.unflatten(self.linear(x, qkv), 2, [%d, %d])"
                .formatted(a.heads() + 2 * a.kvHeads(), a.headWidth()))
        .line(
            "q, k, v, = torch.split_with_sizes(heads, [%d, %d, %d], 2)"
                .formatted(a.heads(), a.kvHeads(), a.kvHeads()))
        .lineIf(a.qkNorm(), "q = self.norm(q, queryGain)")
        .lineIf(a.qkNorm(), "k = self.norm(k, keyGain)")
        .line("return (self.rotate(q, cos, sin), self.rotate(k, cos, sin), v)")
        .text();
  }

  /** Attention within the sight of this stack, to [B, T, H·h]. */
  private String attend() {
    ScriptMethod m =
        new ScriptMethod(
            name + "Attend", "q: Tensor, k: Tensor, v: Tensor, mask: Tensor", "Tensor");
    if (band.isEmpty()) {
      return m.line(
              "return self.attention(q, k, v, None, %s)"
                  .formatted(sight == Sight.PAST ? "True" : "False"))
          .text();
    }
    if (sight == Sight.PAST) {
      // sequences within the window see all that is before them
      m.line("if torch.le(torch.size(q, 1), %d):".formatted(attention.window().orElseThrow()));
      m.line("  y = self.attention(q, k, v, None, True)");
      m.line("else:");
      band.get().attend(m, "  ");
    } else {
      band.get().attend(m, "");
    }
    return m.line("return y").text();
  }

  /** x [B, T, D] to [B, T, D] through F channels. */
  private String feedForward() {
    ScriptMethod m =
        new ScriptMethod(name + "Ffn", "x: Tensor, input: Tensor, output: Tensor", "Tensor");
    m.line("y = self.linear(x, input)");
    switch (config.ffn().activation()) {
      case SWIGLU -> {
        m.line("gate, up, = torch.chunk(y, 2, -1)");
        m.line("y = torch.silu(gate) * up");
      }
      case RELU2 -> m.line("y = torch.square(torch.relu(y))");
      // the loader knows gelu without its tanh form: that is y σ(2 √(2/π) (y + 0.044715 y³))
      case GELU -> m.line("y = y * torch.sigmoid(y * (y * y * 0.07135481627 + 1.5957691216))");
    }
    return m.line("return self.linear(y, output)").text();
  }

  private String stack() {
    ScriptMethod m =
        new ScriptMethod(
            name, "h: Tensor, group: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]", "Tensor");
    m.line("c = torch.slice(cos, 0, 0, torch.size(h, 1))");
    m.line("s = torch.slice(sin, 0, 0, torch.size(h, 1))");
    m.line("mask = " + (band.isPresent() ? "self.%sMask(h, group)".formatted(name) : "cos"));
    int repeats = config.shares().repeats();
    m.lineIf(repeats > 1, "for pass_ in range(%d):".formatted(repeats));
    String indent = repeats > 1 ? "  " : "";
    for (int i = 0; i < config.layers(); i++) {
      layer(m, indent, i);
    }
    return m.line("return h").text();
  }

  private void layer(ScriptMethod m, String indent, int i) {
    String a = prefix + "layers." + i + ".attention.";
    String gains = attention.qkNorm() ? ", " + of(a + "queryNorm") + ", " + of(a + "keyNorm") : "";
    m.line(indent + "x = self.norm(h, %s)".formatted(of(a + "norm")));
    m.line(indent + "q, k, v, = self.%sHeads(x, %s, c, s%s)".formatted(name, of(a + "qkv"), gains));
    if (attention.mixesValues()) {
      if (i == 0) {
        m.line(indent + "first = v");
      } else {
        String mix = of(a + "valueMix");
        m.line(
            indent
                + "v = v * torch.select(%1$s, 0, 0) + first * torch.select(%1$s, 0, 1)"
                    .formatted(mix));
      }
    }
    m.line(indent + "y = self.%sAttend(q, k, v, mask)".formatted(name));
    m.line(indent + "h = h + self.linear(y, %s)".formatted(of(a + "output")));
    String f = prefix + "layers." + i + ".ffn.";
    m.line(indent + "x = self.norm(h, %s)".formatted(of(f + "norm")));
    m.line(
        indent
            + "h = h + self.%sFfn(x, %s, %s)"
                .formatted(name, projection(f + "input"), projection(f + "output")));
  }

  /** A projection of the feed-forward part with what its layer adds to it: W + up · down. */
  private String projection(String projection) {
    return parameters.has(projection + "Delta.down")
        // one product of matrices a layer, where (W + up · down) x would be two more a position
        ? "torch.addmm(%s, %s, %s)"
            .formatted(of(projection), of(projection + "Delta.up"), of(projection + "Delta.down"))
        : of(projection);
  }

  private String of(String parameter) {
    return parameters.of(parameter);
  }
}
