package dev.stlm.model.huggingface;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The tensors of a model's files by their names there, each taken once. */
final class SourceTensors {
  private final Shards shards;
  private final Set<String> left;

  SourceTensors(Shards shards) {
    this.shards = shards;
    left = new TreeSet<>(shards.tensors().keySet());
    // frequencies that old files store; they follow from the config
    left.removeIf(name -> name.endsWith(".self_attn.rotary_emb.inv_freq"));
  }

  boolean has(String name) {
    return shards.tensors().containsKey(name);
  }

  /** The first dimension of a matrix. */
  int rows(String name) {
    StoredTensor stored = stored(name);
    if (stored.shape().size() != 2 || stored.shape().getFirst() > Integer.MAX_VALUE) {
      throw refused(name, "is " + stored.shape() + "; it should be a matrix");
    }
    return (int) (long) stored.shape().getFirst();
  }

  /** A matrix, which must have this shape. */
  Tensor.Dense matrix(String name, int rows, int columns) {
    return take(name, rows, columns, List.of((long) rows, (long) columns));
  }

  /** A vector, which must be so long. */
  Tensor.Dense vector(String name, int length) {
    return take(name, 1, length, List.of((long) length));
  }

  /** Whether two tensors are the same values in the same type. */
  boolean equal(String one, String other) {
    StoredTensor a = stored(one);
    StoredTensor b = stored(other);
    return a.dtype() == b.dtype() && a.shape().equals(b.shape()) && a.data().mismatch(b.data()) < 0;
  }

  /** Leaves a tensor out on purpose, if it is there. */
  void skip(String name) {
    left.remove(name);
  }

  /** Refuses what was not taken. */
  void refuseOthers() {
    if (!left.isEmpty()) {
      throw refused(
          left.iterator().next(),
          "is not one that config.json asks for"
              + (left.size() > 1 ? ", and so are " + (left.size() - 1) + " more" : "")
              + "; they do not belong together");
    }
  }

  /** Tensors above one another as one parameter. */
  Tensor stack(String what, List<Tensor.Dense> parts) {
    try {
      return new Tensor.Rows(parts);
    } catch (InvalidInputException e) {
      throw refused(what, "and those beside it: " + e.getMessage());
    }
  }

  private Tensor.Dense take(String name, int rows, int columns, List<Long> shape) {
    StoredTensor stored = stored(name);
    left.remove(name);
    if (!stored.shape().equals(shape)) {
      throw refused(name, "is " + stored.shape() + "; config.json asks for " + shape);
    }
    return switch (stored.dtype()) {
      case F32 -> new Tensor.F32(rows, columns, stored.data());
      case BF16 -> new Tensor.Bf16(rows, columns, stored.data());
      case F16 -> new Tensor.F16(rows, columns, stored.data());
      default -> throw refused(name, "is " + stored.dtype() + "; supported: F32, BF16, F16");
    };
  }

  private StoredTensor stored(String name) {
    return Optional.ofNullable(shards.tensors().get(name))
        .orElseThrow(() -> refused(name, "is missing; config.json asks for it"));
  }

  InvalidInputException refused(String name, String why) {
    return new InvalidInputException(shards.where() + ": tensor " + OneLine.of(name) + " " + why);
  }
}
