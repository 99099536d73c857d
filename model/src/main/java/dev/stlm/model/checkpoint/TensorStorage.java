package dev.stlm.model.checkpoint;

import dev.stlm.model.config.Parameter;
import dev.stlm.model.safetensors.Dtype;
import dev.stlm.model.safetensors.StoredTensor;
import dev.stlm.model.storage.OneLine;
import dev.stlm.tokenizer.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the encodings of parameters lie in a safetensors file.
 *
 * <ul>
 *   <li>{@link Tensor.F32}, {@link Tensor.Bf16}, {@link Tensor.F16}: the parameter's name, F32,
 *       BF16 or F16 {@code [rows, columns]}; a gain is a vector {@code [columns]}
 *   <li>{@link Tensor.Rows}: as the tensor that it stands for
 *   <li>{@link Tensor.Int8}: the name, I8 {@code [rows, columns]}, and {@code name.scale}, F32
 *       {@code [rows, columns / group]}: the group follows from the two shapes
 *   <li>{@link Tensor.Int4}: {@code name.int4}, U8 {@code [rows, columns / 2]}, and {@code
 *       name.scale}, as above
 *   <li>{@link Tensor.Sparse}: {@code name.mask}, U8 {@code [⌈rows · columns / 8⌉]}, and {@code
 *       name.values}, F32 {@code [stored]}
 * </ul>
 */
final class TensorStorage {
  private static final String SCALE = ".scale";
  private static final String INT4 = ".int4";
  private static final String MASK = ".mask";
  private static final String VALUES = ".values";

  private TensorStorage() {}

  static Map<String, StoredTensor> encode(List<Parameter> layout, Map<String, Tensor> tensors) {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    for (Parameter p : layout) {
      String name = p.name();
      List<Long> shape = shape(p);
      switch (tensors.get(name)) {
        case Tensor.Dense t -> stored.put(name, new StoredTensor(dtype(t), shape, t.values()));
        case Tensor.Rows t -> {
          List<MemorySegment> parts = t.parts().stream().map(Tensor.Dense::values).toList();
          stored.put(name, new StoredTensor(dtype(t.parts().getFirst()), shape, parts));
        }
        case Tensor.Int8 t -> {
          List<Long> groups = List.of((long) t.rows(), (long) t.columns() / t.group());
          stored.put(name, new StoredTensor(Dtype.I8, shape, t.values()));
          stored.put(name + SCALE, new StoredTensor(Dtype.F32, groups, t.scales()));
        }
        case Tensor.Int4 t -> {
          List<Long> halves = List.of((long) t.rows(), (long) t.columns() / 2);
          List<Long> groups = List.of((long) t.rows(), (long) t.columns() / t.group());
          stored.put(name + INT4, new StoredTensor(Dtype.U8, halves, t.values()));
          stored.put(name + SCALE, new StoredTensor(Dtype.F32, groups, t.scales()));
        }
        case Tensor.Sparse t -> {
          stored.put(name + MASK, vector(Dtype.U8, t.mask()));
          stored.put(name + VALUES, vector(Dtype.F32, t.values()));
        }
        case null -> throw new IllegalArgumentException("no tensor " + name);
      }
    }
    return stored;
  }

  private static Dtype dtype(Tensor.Dense tensor) {
    return switch (tensor) {
      case Tensor.F32 _ -> Dtype.F32;
      case Tensor.Bf16 _ -> Dtype.BF16;
      case Tensor.F16 _ -> Dtype.F16;
    };
  }

  /**
   * The tensors of a layout.
   *
   * @param where names the file in errors
   * @throws InvalidInputException if one is missing, has another shape or type, or is too many
   */
  static Map<String, Tensor> decode(
      List<Parameter> layout, Map<String, StoredTensor> stored, String where) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Set<String> left = new TreeSet<>(stored.keySet());
    for (Parameter p : layout) {
      String at = where + ": tensor " + p.name();
      try {
        tensors.put(p.name(), decode(p, stored, left));
      } catch (InvalidInputException e) {
        throw new InvalidInputException(at + ": " + e.getMessage(), e);
      }
    }
    if (!left.isEmpty()) {
      String first = left.iterator().next();
      throw new InvalidInputException(
          "%s: holds \"%s\"%s that the config does not ask for; config.json and this file do not belong together"
              .formatted(
                  where,
                  OneLine.of(first),
                  left.size() > 1 ? " and " + (left.size() - 1) + " more" : ""));
    }
    return tensors;
  }

  private static Tensor decode(Parameter p, Map<String, StoredTensor> stored, Set<String> left) {
    StoredTensor values = stored.get(p.name());
    left.remove(p.name());
    StoredTensor halves = stored.get(p.name() + INT4);
    if (values == null && halves != null) {
      left.remove(p.name() + INT4);
      requireDtype("its int4", halves, Dtype.U8);
      requireShape("its int4", halves, List.of((long) p.rows(), p.columns() / 2L));
      StoredTensor scale = part(p, SCALE, stored, left);
      requireDtype("its scale", scale, Dtype.F32);
      return new Tensor.Int4(p.rows(), p.columns(), group(p, scale), halves.data(), scale.data());
    }
    if (values == null) {
      StoredTensor mask = stored.get(p.name() + MASK);
      if (mask == null) {
        throw new InvalidInputException("is missing; config.json asks for it");
      }
      StoredTensor kept = part(p, VALUES, stored, left);
      left.remove(p.name() + MASK);
      requireDtype("mask", mask, Dtype.U8);
      requireDtype("values", kept, Dtype.F32);
      requireVector("mask", mask);
      requireVector("values", kept);
      return new Tensor.Sparse(p.rows(), p.columns(), mask.data(), kept.data());
    }
    requireShape("it", values, shape(p));
    return switch (values.dtype()) {
      case F32 -> new Tensor.F32(p.rows(), p.columns(), values.data());
      case BF16 -> new Tensor.Bf16(p.rows(), p.columns(), values.data());
      case F16 -> new Tensor.F16(p.rows(), p.columns(), values.data());
      case I8 -> {
        StoredTensor scale = part(p, SCALE, stored, left);
        requireDtype("its scale", scale, Dtype.F32);
        yield new Tensor.Int8(p.rows(), p.columns(), group(p, scale), values.data(), scale.data());
      }
      default ->
          throw new InvalidInputException("is " + values.dtype() + "; allowed: F32, BF16, F16, I8");
    };
  }

  private static int group(Parameter p, StoredTensor scale) {
    long groups = scale.shape().size() == 2 ? scale.shape().get(1) : 0;
    if (groups < 1 || scale.shape().get(0) != p.rows() || p.columns() % groups != 0) {
      throw new InvalidInputException(
          "its scale is %s; it should be [%d, a divisor of %d]"
              .formatted(scale.shape(), p.rows(), p.columns()));
    }
    return (int) (p.columns() / groups);
  }

  private static StoredTensor part(
      Parameter p, String suffix, Map<String, StoredTensor> stored, Set<String> left) {
    @Nullable StoredTensor part = stored.get(p.name() + suffix);
    if (part == null) {
      throw new InvalidInputException("comes without " + p.name() + suffix);
    }
    left.remove(p.name() + suffix);
    return part;
  }

  private static void requireDtype(String what, StoredTensor tensor, Dtype dtype) {
    if (tensor.dtype() != dtype) {
      throw new InvalidInputException(what + " is " + tensor.dtype() + "; it should be " + dtype);
    }
  }

  private static void requireShape(String what, StoredTensor tensor, List<Long> shape) {
    if (!tensor.shape().equals(shape)) {
      throw new InvalidInputException(
          what + " is " + tensor.shape() + "; config.json asks for " + shape);
    }
  }

  private static void requireVector(String what, StoredTensor tensor) {
    if (tensor.shape().size() != 1) {
      throw new InvalidInputException(what + " is " + tensor.shape() + "; it should be a vector");
    }
  }

  private static StoredTensor vector(Dtype dtype, MemorySegment data) {
    return new StoredTensor(dtype, List.of(data.byteSize() / dtype.bytes()), data);
  }

  private static List<Long> shape(Parameter p) {
    return p.kind() == Parameter.Kind.GAIN
        ? List.of((long) p.columns())
        : List.of((long) p.rows(), (long) p.columns());
  }
}
