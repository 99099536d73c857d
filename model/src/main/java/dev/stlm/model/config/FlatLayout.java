package dev.stlm.model.config;

import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a flat decoder, in the order of the forward pass. */
final class FlatLayout {
  private static final Init ONES = new Init.Constant(1);
  private static final Init ZEROS = new Init.Constant(0);

  private FlatLayout() {}

  static List<Parameter> parameters(FlatConfig c) {
    int d = c.width();
    int h = c.attention().headWidth();
    Init fanIn = new Init.Normal(1 / Math.sqrt(d));
    List<Parameter> list = new ArrayList<>();
    list.add(stored("embed", c.vocabularySize(), d, Kind.TABLE, new Init.Normal(0.02)));
    c.ngrams()
        .ifPresent(g -> {
          for (int n : g.orders()) {
            String name = "ngram." + n;
            list.add(
                stored(name + ".table", g.rows(), g.rowWidth(), Kind.TABLE, new Init.Normal(0.01)));
            if (g.rowWidth() != d) {
              list.add(
                  stored(
                      name + ".projection",
                      d,
                      g.rowWidth(),
                      Kind.MATRIX,
                      new Init.Normal(1 / Math.sqrt(g.rowWidth()))));
            }
          }
        });
    for (int i = 0; i < c.layers(); i++) {
      String a = "layers." + i + ".attention.";
      list.add(stored(a + "norm", 1, d, Kind.GAIN, ONES));
      list.add(stored(a + "qkv", c.attention().qkvRows(), d, Kind.MATRIX, fanIn));
      if (c.attention().qkNorm()) {
        list.add(stored(a + "queryNorm", 1, h, Kind.GAIN, ONES));
        list.add(stored(a + "keyNorm", 1, h, Kind.GAIN, ONES));
      }
      // projections back into the residual stream start at zero: every block starts as identity
      list.add(stored(a + "output", d, c.attention().heads() * h, Kind.MATRIX, ZEROS));
      String f = "layers." + i + ".ffn.";
      list.add(stored(f + "norm", 1, d, Kind.GAIN, ONES));
      list.add(stored(f + "input", c.ffn().inputRows(), d, Kind.MATRIX, fanIn));
      list.add(stored(f + "output", d, c.ffn().width(), Kind.MATRIX, ZEROS));
    }
    list.add(stored("norm", 1, d, Kind.GAIN, ONES));
    list.add(
        new Parameter(
            "head",
            c.vocabularySize(),
            d,
            Kind.MATRIX,
            fanIn,
            c.tiedHead() ? Optional.of("embed") : Optional.empty()));
    return list;
  }

  private static Parameter stored(String name, int rows, int columns, Kind kind, Init init) {
    return new Parameter(name, rows, columns, kind, init, Optional.empty());
  }
}
