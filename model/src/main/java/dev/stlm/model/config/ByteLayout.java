package dev.stlm.model.config;

import static dev.stlm.model.config.StackLayout.ONES;
import static dev.stlm.model.config.StackLayout.ZEROS;
import static dev.stlm.model.config.StackLayout.fanIn;
import static dev.stlm.model.config.StackLayout.stored;

import dev.stlm.model.config.Parameter.Init;
import dev.stlm.model.config.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters between ids and vectors, the same for every architecture. */
final class ByteLayout {
  private ByteLayout() {}

  /** Ids to vectors: table, smear, n-grams. */
  static List<Parameter> embedding(ModelConfig c) {
    int d = c.width();
    List<Parameter> list = new ArrayList<>();
    list.add(stored("embed", c.vocabularySize(), d, Kind.TABLE, new Init.Normal(0.02)));
    c.smear()
        .ifPresent(channels -> {
          list.add(stored("smear.gate", 1, channels, Kind.GAIN, ZEROS));
          list.add(stored("smear.scale", 1, 1, Kind.GAIN, ZEROS));
        });
    c.ngrams().ifPresent(g -> ngrams(list, g, d));
    return list;
  }

  private static void ngrams(List<Parameter> list, NgramConfig g, int d) {
    for (int n : g.orders()) {
      String name = "ngram." + n;
      list.add(stored(name + ".table", g.rows(), g.rowWidth(), Kind.TABLE, new Init.Normal(0.01)));
      if (g.rowWidth() != d) {
        list.add(stored(name + ".projection", d, g.rowWidth(), Kind.MATRIX, fanIn(g.rowWidth())));
      }
    }
  }

  /** Vectors to logits: last norm, head, what drafts further ids. */
  static List<Parameter> head(ModelConfig c) {
    int d = c.width();
    List<Parameter> list = new ArrayList<>();
    list.add(stored("norm", 1, d, Kind.GAIN, ONES));
    list.add(
        new Parameter(
            "head",
            c.vocabularySize(),
            d,
            Kind.MATRIX,
            fanIn(d),
            c.tiedHead() ? Optional.of("embed") : Optional.empty()));
    if (c.futureIds().isPresent()) {
      list.add(stored("future.norm", 1, d, Kind.GAIN, ONES));
      list.add(stored("future.idNorm", 1, d, Kind.GAIN, ONES));
      list.add(stored("future.input", 2 * d, 2 * d, Kind.MATRIX, fanIn(2 * d)));
      list.add(stored("future.output", d, 2 * d, Kind.MATRIX, ZEROS));
    }
    return list;
  }
}
