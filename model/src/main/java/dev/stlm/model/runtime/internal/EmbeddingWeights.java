package dev.stlm.model.runtime.internal;

import dev.stlm.model.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What turns ids into vectors of width D.
 *
 * @param table {@code [V, D]}
 * @param smearGate {@code [n]}, with a smear
 * @param smearScale 0 without a smear
 * @param ngrams hashed n-gram tables, by ascending order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EmbeddingWeights(
    TensorRows table, float @Nullable [] smearGate, float smearScale, List<Ngram> ngrams) {

  /**
   * One n-gram table.
   *
   * @param order n
   * @param rows rows of the table
   * @param width width of a row
   * @param table {@code [rows, width]}
   * @param projection {@code [D, width]} where a row is not as wide as the model
   */
  record Ngram(
      int order, int rows, int width, TensorRows table, @Nullable PackedMatrix projection) {}

  static EmbeddingWeights of(WeightSource source, ModelConfig c) {
    List<Ngram> ngrams = new ArrayList<>();
    c.ngrams()
        .ifPresent(g -> {
          for (int n : g.orders()) {
            PackedMatrix projection =
                g.rowWidth() == c.width() ? null : source.matrix("ngram." + n + ".projection");
            TensorRows table = source.table("ngram." + n + ".table");
            ngrams.add(new Ngram(n, g.rows(), g.rowWidth(), table, projection));
          }
        });
    boolean smears = c.smear().isPresent();
    return new EmbeddingWeights(
        source.table("embed"),
        smears ? source.values("smear.gate") : null,
        smears ? source.values("smear.scale")[0] : 0,
        List.copyOf(ngrams));
  }
}
