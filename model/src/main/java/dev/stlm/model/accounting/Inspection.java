package dev.stlm.model.accounting;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.CheckpointDirectory;
import dev.stlm.model.checkpoint.CheckpointHash;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.ParameterLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that {@code ./stlm inspect} says of a model, as data.
 *
 * @param config what the model is
 * @param parameters every parameter in layout order, tied ones included
 * @param accounting sizes and operations
 * @param tensorBytes bytes of all tensors in their encodings
 * @param weights what only a checkpoint can tell
 */
public record Inspection(
    ModelConfig config,
    List<Row> parameters,
    Accounting accounting,
    long tensorBytes,
    Optional<Weights> weights) {

  /**
   * One parameter.
   *
   * @param name its name in the checkpoint
   * @param shape {@code [rows, columns]}, or {@code [columns]} of a gain
   * @param encoding such as {@code f32} or {@code int8/32}; {@code tied} where nothing is stored
   * @param values stored values; 0 for a tied parameter
   * @param bytes bytes of the encoding; 0 for a tied parameter
   * @param tiedTo whose values it shares
   */
  public record Row(
      String name,
      List<Integer> shape,
      String encoding,
      long values,
      long bytes,
      Optional<String> tiedTo) {}

  /**
   * What a checkpoint holds beyond its config.
   *
   * @param hash its {@link CheckpointHash}
   * @param tokenizer type of its tokenizer
   * @param bytesOnDisk bytes of the files of its directory, {@code state/} not included
   * @param nonZero values that are not zero
   * @param history what was done to make it
   */
  public record Weights(
      String hash, String tokenizer, long bytesOnDisk, long nonZero, List<History.Entry> history) {}

  /** Of a config alone, as if stored in 32-bit floats; patches as in {@link PatchSample}. */
  public static Inspection of(ModelConfig config) {
    List<Row> rows =
        ParameterLayout.of(config).all().stream()
            .map(p -> row(p, "f32", Float.BYTES * p.size()))
            .toList();
    return new Inspection(config, rows, Accounting.of(config), bytes(rows), Optional.empty());
  }

  /**
   * The same with patches of another length.
   *
   * @param bytesPerPatch their mean, at least 1
   */
  public Inspection withPatches(double bytesPerPatch) {
    return new Inspection(
        config, parameters, Accounting.of(config, bytesPerPatch), tensorBytes, weights);
  }

  /** Of a checkpoint directory; reads all its values. */
  public static Inspection of(Path directory) {
    Checkpoint checkpoint = CheckpointDirectory.open(directory);
    ModelConfig config = checkpoint.config();
    List<Row> rows =
        ParameterLayout.of(config).all().stream()
            .map(p -> {
              Tensor tensor = checkpoint.tensor(p.name());
              return row(p, encoding(tensor), tensor.byteSize());
            })
            .toList();
    Weights weights =
        new Weights(
            CheckpointHash.of(checkpoint),
            checkpoint.tokenizer().type(),
            CheckpointDirectory.bytesOnDisk(directory),
            checkpoint.nonZeroCount(),
            checkpoint.history().entries());
    return new Inspection(config, rows, Accounting.of(config), bytes(rows), Optional.of(weights));
  }

  private static Row row(Parameter p, String encoding, long bytes) {
    List<Integer> shape =
        p.kind() == Parameter.Kind.GAIN ? List.of(p.columns()) : List.of(p.rows(), p.columns());
    return p.tiedTo().isPresent()
        ? new Row(p.name(), shape, "tied", 0, 0, p.tiedTo())
        : new Row(p.name(), shape, encoding, p.size(), bytes, p.tiedTo());
  }

  private static long bytes(List<Row> rows) {
    return rows.stream().mapToLong(Row::bytes).sum();
  }

  private static String encoding(Tensor tensor) {
    return switch (tensor) {
      case Tensor.F32 _ -> "f32";
      case Tensor.Bf16 _ -> "bf16";
      case Tensor.F16 _ -> "f16";
      case Tensor.Rows t -> encoding(t.parts().getFirst());
      case Tensor.Int8 t -> "int8/" + t.group();
      case Tensor.Int4 t -> "int4/" + t.group();
      case Tensor.Sparse _ -> "sparse";
    };
  }
}
