package dev.stlm.training.internal.torch;

import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.StackConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stack of pre-norm residual blocks, from vectors h [B, T, D] to vectors [B, T, D]: a segment for
 * what all blocks see, then one a block, {@code NAMELayerI}. Numbers group [B, T] say who sees whom
 * where the sight is {@link Sight#GROUP}; rotary tables have at least T positions.
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
  private final DropoutProgram dropout;

  /**
   * A stack.
   *
   * @param name before the names of methods and results
   * @param prefix of the parameters, such as {@code encoder.}
   * @param largestGroup positions of a group at most; they follow each other
   * @param dropout of what attention and feed-forward parts add
   */
  StackProgram(
      String name,
      String prefix,
      StackConfig config,
      Sight sight,
      int largestGroup,
      ParameterExpressions parameters,
      DropoutProgram dropout) {
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
    this.dropout = dropout;
  }

  String methods() {
    if (config.layers() == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(mask() + heads() + attend() + feedForward() + sight());
    for (int i = 0; i < config.layers(); i++) {
      text.append(layer(i));
    }
    return text.toString();
  }

  /** The pass through the stack; one without layers has no segments. */
  List<Segment> segments(String h, String group, String cos, String sin) {
    List<Segment> list = new ArrayList<>();
    if (config.layers() == 0) {
      return list;
    }
    String constants = "%1$sSeen, %1$sCos, %1$sSin".formatted(name);
    list.add(
        Segment.constant(
            List.of(constants.split(", ")),
            "self.%sSight(%s, %s, %s, %s)".formatted(name, h, group, cos, sin)));
    String in = h;
    for (int block = 0; block < config.depth(); block++) {
      int layer = block % config.layers();
      String first = name + "First" + block / config.layers();
      List<String> takes = takesFirst(layer) ? List.of(in, first) : List.of(in);
      in = name + (block + 1);
      list.add(
          new Segment(
              givesFirst(layer) ? List.of(in, first) : List.of(in),
              takes,
              "self.%sLayer%d(%s, %s%s, p)"
                  .formatted(
                      name, layer, String.join(", ", takes), constants, dropout.atBlock(block)),
              false));
    }
    return list;
  }

  /** The name of the result; a stack without layers gives the vectors that it takes. */
  String result(String h) {
    return config.layers() == 0 ? h : name + config.depth();
  }

  /** Whether a layer gives its values to the others, which mix them with their own. */
  private boolean givesFirst(int layer) {
    return attention.mixesValues() && layer == 0 && config.layers() > 1;
  }

  private boolean takesFirst(int layer) {
    return attention.mixesValues() && layer > 0;
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
            "heads = torch.unflatten(self.product(x, qkv), 2, [%d, %d])"
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
    m.line("y = self.product(x, input)");
    switch (config.ffn().activation()) {
      case SWIGLU -> {
        m.line("gate, up, = torch.chunk(y, 2, -1)");
        m.line("y = torch.silu(gate) * up");
      }
      case RELU2 -> m.line("y = torch.square(torch.relu(y))");
      // the loader knows gelu without its tanh form: that is y σ(2 √(2/π) (y + 0.044715 y³))
      case GELU -> m.line("y = y * torch.sigmoid(y * (y * y * 0.07135481627 + 1.5957691216))");
    }
    return m.line("return self.product(y, output)").text();
  }

  /** What is the same for all blocks: the mask, or anything where there is none; cos; sin. */
  private String sight() {
    return new ScriptMethod(
            name + "Sight",
            "h: Tensor, group: Tensor, cos: Tensor, sin: Tensor",
            "Tuple[Tensor, Tensor, Tensor]")
        .line("c = torch.slice(cos, 0, 0, torch.size(h, 1))")
        .line("s = torch.slice(sin, 0, 0, torch.size(h, 1))")
        .line("return (%s, c, s)".formatted(band.isPresent() ? mask("h", "group") : "c"))
        .text();
  }

  private String mask(String h, String group) {
    return "self.%sMask(%s, %s)".formatted(name, h, group);
  }

  private String layer(int i) {
    ScriptMethod m =
        new ScriptMethod(
            name + "Layer" + i,
            "h: Tensor, %smask: Tensor, c: Tensor, s: Tensor, %sp: List[Tensor]"
                .formatted(takesFirst(i) ? "first: Tensor, " : "", dropout.arguments()),
            givesFirst(i) ? "Tuple[Tensor, Tensor]" : "Tensor");
    String a = prefix + "layers." + i + ".attention.";
    String gains = attention.qkNorm() ? ", " + of(a + "queryNorm") + ", " + of(a + "keyNorm") : "";
    m.line("x = self.norm(h, %s)".formatted(of(a + "norm")));
    m.line("q, k, v, = self.%sHeads(x, %s, c, s%s)".formatted(name, of(a + "qkv"), gains));
    m.lineIf(givesFirst(i), "first = v");
    if (takesFirst(i)) {
      m.line(
          "v = v * torch.select(%1$s, 0, 0) + first * torch.select(%1$s, 0, 1)"
              .formatted(of(a + "valueMix")));
    }
    m.line("y = self.%sAttend(q, k, v, mask)".formatted(name));
    m.line("y = self.product(y, %s)".formatted(of(a + "output")));
    m.line("h = h + " + dropout.of("y", 0));
    String f = prefix + "layers." + i + ".ffn.";
    m.line("x = self.norm(h, %s)".formatted(of(f + "norm")));
    m.line(
        "y = self.%sFfn(x, %s, %s)"
            .formatted(name, projection(f + "input"), projection(f + "output")));
    m.line("h = h + " + dropout.of("y", 1));
    return m.line(givesFirst(i) ? "return (h, first)" : "return h").text();
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
