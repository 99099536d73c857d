package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a flat decoder, ready to run.
 *
 * @param embedding {@code [V, D]}
 * @param ngrams hashed n-gram tables, by ascending order
 * @param layers the blocks
 * @param norm gain of the last norm {@code [D]}
 * @param head {@code [V, D]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FlatWeights(
    TensorRows embedding, List<Ngram> ngrams, Layer[] layers, float[] norm, PackedMatrix head) {

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

  /**
   * One block.
   *
   * @param attentionNorm {@code [D]}
   * @param qkv {@code [(H + 2K) h, D]}
   * @param queryNorm {@code [h]}, with query-key norm
   * @param keyNorm {@code [h]}, with query-key norm
   * @param attentionOutput {@code [D, H h]}
   * @param ffnNorm {@code [D]}
   * @param ffnInput {@code [2F or F, D]}
   * @param ffnOutput {@code [D, F]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Layer(
      float[] attentionNorm,
      PackedMatrix qkv,
      float @Nullable [] queryNorm,
      float @Nullable [] keyNorm,
      PackedMatrix attentionOutput,
      float[] ffnNorm,
      PackedMatrix ffnInput,
      PackedMatrix ffnOutput) {}

  static FlatWeights of(Checkpoint checkpoint, FlatConfig c) {
    ParameterLayout layout = ParameterLayout.of(c);
    Source source = name -> tensor(checkpoint, layout.resolve(name).name());
    List<Ngram> ngrams = new ArrayList<>();
    c.ngrams()
        .ifPresent(g -> {
          for (int n : g.orders()) {
            PackedMatrix projection =
                g.rowWidth() == c.width() ? null : source.matrix("ngram." + n + ".projection");
            TensorRows table = TensorRows.of(source.tensor("ngram." + n + ".table"));
            ngrams.add(new Ngram(n, g.rows(), g.rowWidth(), table, projection));
          }
        });
    Layer[] layers = new Layer[c.layers()];
    for (int i = 0; i < layers.length; i++) {
      String a = "layers." + i + ".attention.";
      String f = "layers." + i + ".ffn.";
      boolean qkNorm = c.attention().qkNorm();
      layers[i] =
          new Layer(
              source.gain(a + "norm"),
              source.matrix(a + "qkv"),
              qkNorm ? source.gain(a + "queryNorm") : null,
              qkNorm ? source.gain(a + "keyNorm") : null,
              source.matrix(a + "output"),
              source.gain(f + "norm"),
              source.matrix(f + "input"),
              source.matrix(f + "output"));
    }
    return new FlatWeights(
        TensorRows.of(source.tensor("embed")),
        List.copyOf(ngrams),
        layers,
        source.gain("norm"),
        source.matrix("head"));
  }

  /** Widest n-gram row; 0 without n-grams. */
  int ngramWidth() {
    return ngrams.stream().mapToInt(Ngram::width).max().orElse(0);
  }

  /** Most scales that the inputs of a matrix have. */
  int mostScales() {
    return matrices().mapToInt(PackedMatrix::scalesPerRow).max().orElse(0);
  }

  /** Most scratch that a product needs. */
  int mostScratch() {
    return matrices().mapToInt(PackedMatrix::scratchSize).max().orElse(0);
  }

  private Stream<PackedMatrix> matrices() {
    Stream<PackedMatrix> inLayers =
        Stream.of(layers)
            .flatMap(l -> Stream.of(l.qkv(), l.attentionOutput(), l.ffnInput(), l.ffnOutput()));
    Stream<PackedMatrix> projections =
        ngrams.stream().map(Ngram::projection).filter(Objects::nonNull);
    return Stream.concat(Stream.of(head), Stream.concat(inLayers, projections));
  }

  private static Tensor tensor(Checkpoint checkpoint, String name) {
    Tensor t = checkpoint.tensors().get(name);
    if (t == null) {
      throw new IllegalStateException("no tensor " + name);
    }
    return t;
  }

  /** Tensors by parameter name, ties followed. */
  private interface Source {
    Tensor tensor(String name);

    default PackedMatrix matrix(String name) {
      return PackedMatrix.of(tensor(name));
    }

    default float[] gain(String name) {
      return tensor(name).toFloats();
    }
  }
}
