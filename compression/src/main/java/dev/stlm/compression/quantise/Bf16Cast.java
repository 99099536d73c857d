package dev.stlm.compression.quantise;

import dev.stlm.compression.CompressionStep;
import dev.stlm.compression.StepResources;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.tokenizer.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rounds weights to the upper 16 bits of their floats, half to even: half the bytes, 8 bits of
 * precision. Gains of norms stay as they are, and so do sparse parameters that take fewer bytes
 * sparse.
 */
public record Bf16Cast() implements CompressionStep {
  /** The type in a recipe. */
  public static final String TYPE = "cast.bf16";

  @Override
  public String id() {
    return TYPE + "/1";
  }

  @Override
  public String describe() {
    return "round to bf16";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public Checkpoint apply(Checkpoint input, StepResources resources) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(input.tensors());
    for (Parameter p : ParameterLayout.of(input.config()).stored()) {
      if (p.kind() != Kind.GAIN) {
        tensors.computeIfPresent(p.name(), Bf16Cast::cast);
      }
    }
    return new Checkpoint(input.config(), input.tokenizer(), tensors, input.history());
  }

  private static Tensor cast(String name, Tensor tensor) {
    if (tensor instanceof Tensor.Int8 || tensor instanceof Tensor.Int4) {
      throw new InvalidInputException(
          TYPE
              + ": parameter "
              + name
              + " is of integers already, which is smaller; leave this step out");
    }
    if (tensor instanceof Tensor.Sparse
        && tensor.byteSize() <= (long) tensor.rows() * tensor.columns() * Short.BYTES) {
      return tensor;
    }
    float[] values = tensor.toFloats();
    ByteBuffer upper =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float f : values) {
      upper.putShort(round(f));
    }
    return new Tensor.Bf16(
        tensor.rows(), tensor.columns(), MemorySegment.ofArray(upper.array()).asReadOnly());
  }

  /** The nearest bf16, ties to even; a number that is not one stays so. */
  static short round(float f) {
    int bits = Float.floatToRawIntBits(f);
    if (Float.isNaN(f)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
