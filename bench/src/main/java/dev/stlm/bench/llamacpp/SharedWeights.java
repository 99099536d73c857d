package dev.stlm.bench.llamacpp;

import dev.stlm.compression.quantise.Int4Encoding;
import dev.stlm.compression.quantise.Int8Encoding;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.Parameter;
import dev.stlm.model.config.Parameter.Kind;
import dev.stlm.model.config.ParameterLayout;
import dev.stlm.model.gguf.GgufType;
import dev.stlm.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Models whose weights are the same to the bit here and in a GGUF file. */
final class SharedWeights {
  private static final int GROUP = 32;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SharedWeights() {}

  /**
   * A model rounded to what a type of file holds: 16-bit floats, or integers in groups of 32 with
   * scales that 16-bit floats hold. Integers in such groups stay; gains stay 32-bit floats.
   */
  static Checkpoint of(Checkpoint checkpoint, GgufType type) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(checkpoint.config()).stored()) {
      Tensor tensor = checkpoint.tensor(p.name());
      tensors.put(p.name(), p.kind() == Kind.GAIN ? tensor : rounded(tensor, type));
    }
    return new Checkpoint(
        checkpoint.config(), checkpoint.tokenizer(), tensors, checkpoint.history());
  }

  private static Tensor rounded(Tensor tensor, GgufType type) {
    int rows = tensor.rows();
    int columns = tensor.columns();
    return switch (type) {
      case F32 -> Tensor.F32.of(rows, columns, tensor.toFloats());
      case F16 -> half(rows, columns, tensor.toFloats());
      case Q8_0 -> {
        Tensor.Int8 t =
            tensor instanceof Tensor.Int8 int8 && int8.group() == GROUP
                ? int8
                : Int8Encoding.of(rows, columns, GROUP, tensor.toFloats());
        yield new Tensor.Int8(rows, columns, GROUP, t.values(), halves(t.scales()));
      }
      case Q4_0 -> {
        Tensor.Int4 t =
            tensor instanceof Tensor.Int4 int4 && int4.group() == GROUP
                ? int4
                : Int4Encoding.of(rows, columns, GROUP, tensor.toFloats());
        yield new Tensor.Int4(rows, columns, GROUP, t.values(), halves(t.scales()));
      }
    };
  }

  private static Tensor half(int rows, int columns, float[] values) {
    ByteBuffer bits =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bits.putShort(Float.floatToFloat16(value));
    }
    return new Tensor.F16(rows, columns, MemorySegment.ofArray(bits.array()).asReadOnly());
  }

  /** 32-bit floats rounded to what 16-bit floats hold. */
  private static MemorySegment halves(MemorySegment scales) {
    float[] values = scales.toArray(FLOAT);
    ByteBuffer rounded =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      rounded.putFloat(Float.float16ToFloat(Float.floatToFloat16(value)));
    }
    return MemorySegment.ofArray(rounded.array()).asReadOnly();
  }

  /**
   * A model of random weights of which every block does something: projections back into the
   * residual stream are drawn too, where training starts them at zero.
   */
  static Checkpoint random(FlatConfig config, Tokenizer tokenizer, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : ParameterLayout.of(config).stored()) {
      float[] values = new float[Math.toIntExact(p.size())];
      double deviation = p.kind() == Kind.TABLE ? 0.05 : 1 / Math.sqrt(p.columns());
      for (int i = 0; i < values.length; i++) {
        double g = random.nextGaussian();
        values[i] = (float) (p.kind() == Kind.GAIN ? 1 + 0.1 * g : deviation * g);
      }
      tensors.put(p.name(), Tensor.F32.of(p.rows(), p.columns(), values));
    }
    return new Checkpoint(config, tokenizer, tensors, History.empty());
  }
}
