package dev.stlm.model.config;

import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a stack of blocks, in the order of the forward pass. */
final class StackLayout {
  static final Init ONES = new Init.Constant(1);
  static final Init ZEROS = new Init.Constant(0);
  private static final Init HALVES = new Init.Constant(0.5f);

  private StackLayout() {}

  /**
   * The parameters of a stack.
   *
   * @param prefix before every name, such as {@code global.}
   */
  static List<Parameter> parameters(String prefix, StackConfig c) {
    List<Parameter> list = new ArrayList<>();
    for (int i = 0; i < c.layers(); i++) {
      attention(list, prefix, c, i);
      ffn(list, prefix, c, i);
    }
    return list;
  }

  private static void attention(List<Parameter> list, String prefix, StackConfig c, int i) {
    String a = prefix + "layers." + i + ".attention.";
    int d = c.width();
    int h = c.attention().headWidth();
    list.add(stored(a + "norm", 1, d, Kind.GAIN, ONES));
    list.add(stored(a + "qkv", c.attention().qkvRows(), d, Kind.MATRIX, fanIn(d)));
    if (c.attention().qkNorm()) {
      list.add(stored(a + "queryNorm", 1, h, Kind.GAIN, ONES));
      list.add(stored(a + "keyNorm", 1, h, Kind.GAIN, ONES));
    }
    if (c.attention().mixesValues() && i > 0) {
      list.add(stored(a + "valueMix", 1, 2, Kind.GAIN, HALVES));
    }
    // projections back into the residual stream start at zero: every block starts as identity
    list.add(
        new Parameter(
            a + "output",
            d,
            c.attention().heads() * h,
            Kind.MATRIX,
            ZEROS,
            c.shares().attentionOutput() && i > 0
                ? Optional.of(prefix + "layers.0.attention.output")
                : Optional.empty()));
  }

  private static void ffn(List<Parameter> list, String prefix, StackConfig c, int i) {
    String f = prefix + "layers." + i + ".ffn.";
    int d = c.width();
    int width = c.ffn().width();
    int leader = i - i % c.shares().ffnGroup();
    String shared = prefix + "layers." + leader + ".ffn.";
    list.add(stored(f + "norm", 1, d, Kind.GAIN, ONES));
    list.add(
        new Parameter(
            f + "input",
            c.ffn().inputRows(),
            d,
            Kind.MATRIX,
            fanIn(d),
            leader == i ? Optional.empty() : Optional.of(shared + "input")));
    list.add(
        new Parameter(
            f + "output",
            d,
            width,
            Kind.MATRIX,
            ZEROS,
            leader == i ? Optional.empty() : Optional.of(shared + "output")));
    int rank = c.shares().ffnDeltaRank();
    if (rank > 0) {
      list.add(stored(f + "inputDelta.down", rank, d, Kind.MATRIX, fanIn(d)));
      list.add(stored(f + "inputDelta.up", c.ffn().inputRows(), rank, Kind.MATRIX, ZEROS));
      list.add(stored(f + "outputDelta.down", rank, width, Kind.MATRIX, fanIn(width)));
      list.add(stored(f + "outputDelta.up", d, rank, Kind.MATRIX, ZEROS));
    }
  }

  /** Normal with variance 1 / inputs: keeps the scale of what goes through. */
  static Init fanIn(int inputs) {
    return new Init.Normal(1 / Math.sqrt(inputs));
  }

  static Parameter stored(String name, int rows, int columns, Kind kind, Init init) {
    return new Parameter(name, rows, columns, kind, init, Optional.empty());
  }
}
