package dev.stlm.model.gguf;

import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.config.AttentionConfig;
import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.RopeFrequencies;
import dev.stlm.model.config.RopeScaling;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tensors of a checkpoint under llama.cpp's names: fused projections are taken apart, vectors
 * become 32-bit floats, matrices what was asked for.
 */
final class LlamaTensors {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Checkpoint checkpoint;
  private final LlamaArchitecture architecture;
  private final GgufType type;
  private final RowEncoding encoding;
  private final List<GgufTensor> tensors = new ArrayList<>();

  private LlamaTensors(
      Checkpoint checkpoint, LlamaArchitecture architecture, RowEncoding encoding, GgufType type) {
    this.checkpoint = checkpoint;
    this.architecture = architecture;
    this.encoding = encoding;
    this.type = type;
  }

  /**
   * All tensors, whose bytes are made when they are written.
   *
   * @param encoding counts what is lost
   */
  static List<GgufTensor> of(
      Checkpoint checkpoint,
      FlatConfig config,
      LlamaArchitecture architecture,
      GgufType type,
      RowEncoding encoding) {
    LlamaTensors all = new LlamaTensors(checkpoint, architecture, encoding, type);
    all.model(config);
    return all.tensors;
  }

  private void model(FlatConfig c) {
    matrix("token_embd", "embed");
    vector("output_norm", "norm");
    if (!c.tiedHead()) {
      matrix("output", "head");
    }
    if (c.attention().ropeScaling().orElse(null) instanceof RopeScaling.Llama3) {
      ropeFactors(c);
    }
    for (int i = 0; i < c.layers(); i++) {
      attention(c.attention(), "blk." + i + ".", "layers." + i + ".attention.");
      ffn(c.ffn().width(), "blk." + i + ".", "layers." + i + ".ffn.");
    }
  }

  private void attention(AttentionConfig a, String to, String from) {
    int keys = a.heads() * a.headWidth();
    int values = keys + a.kvHeads() * a.headWidth();
    vector(to + "attn_norm", from + "norm");
    matrix(to + "attn_q", from + "qkv", architecture.turningRows(0, a.heads(), a.headWidth()));
    matrix(to + "attn_k", from + "qkv", architecture.turningRows(keys, a.kvHeads(), a.headWidth()));
    matrix(to + "attn_v", from + "qkv", IntStream.range(values, a.qkvRows()).toArray());
    if (a.qkNorm()) {
      vector(to + "attn_q_norm", from + "queryNorm");
      vector(to + "attn_k_norm", from + "keyNorm");
    }
    matrix(to + "attn_output", from + "output");
  }

  private void ffn(int width, String to, String from) {
    vector(to + "ffn_norm", from + "norm");
    matrix(to + "ffn_gate", from + "input", IntStream.range(0, width).toArray());
    matrix(to + "ffn_up", from + "input", IntStream.range(width, 2 * width).toArray());
    matrix(to + "ffn_down", from + "output");
  }

  /** What llama.cpp divides the plain rotary frequencies by. */
  private void ropeFactors(FlatConfig c) {
    AttentionConfig a = c.attention();
    RopeFrequencies scaled = RopeFrequencies.of(a, c.contextLength());
    float[] factors = new float[scaled.pairs()];
    for (int i = 0; i < factors.length; i++) {
      double plain = Math.pow(a.ropeTheta(), -2.0 * i / a.headWidth());
      factors[i] = (float) (plain / scaled.frequency(i));
    }
    vector("rope_freqs", factors);
  }

  private void vector(String name, String parameter) {
    vector(name, checkpoint.tensor(parameter).toFloats());
  }

  private void vector(String name, float[] values) {
    tensors.add(
        new GgufTensor(
            name + ".weight",
            1,
            values.length,
            true,
            GgufType.F32,
            out -> {
              byte[] bytes = new byte[GgufType.F32.rowBytes(values.length)];
              MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), FLOAT, 0, values.length);
              out.write(bytes);
            }));
  }

  private void matrix(String name, String parameter) {
    matrix(name, parameter, IntStream.range(0, checkpoint.tensor(parameter).rows()).toArray());
  }

  private void matrix(String name, String parameter, int[] rows) {
    Tensor tensor = checkpoint.tensor(parameter);
    if (tensor.columns() % type.block() != 0) {
      throw new InvalidInputException(
          "export: %s has rows of %d values, which %s stores by %d; use --type f16 or f32"
              .formatted(parameter, tensor.columns(), type, type.block()));
    }
    tensors.add(
        new GgufTensor(
            name + ".weight",
            rows.length,
            tensor.columns(),
            false,
            type,
            out -> write(tensor, rows, out)));
  }

  private void write(Tensor tensor, int[] rows, OutputStream out) throws IOException {
    int columns = tensor.columns();
    byte[] bytes = new byte[type.rowBytes(columns)];
    if (type == GgufType.Q8_0 && tensor instanceof Tensor.Int8 t && t.group() % type.block() == 0) {
      byte[] values = t.values().toArray(ValueLayout.JAVA_BYTE);
      float[] scales = t.scales().toArray(FLOAT);
      int groups = columns / t.group();
      for (int row : rows) {
        encoding.integers(values, row * columns, columns, scales, row * groups, t.group(), bytes);
        out.write(bytes);
      }
      return;
    }
    if (type == GgufType.Q4_0 && tensor instanceof Tensor.Int4 t && t.group() == type.block()) {
      byte[] values = t.values().toArray(ValueLayout.JAVA_BYTE);
      float[] scales = t.scales().toArray(FLOAT);
      int groups = columns / t.group();
      for (int row : rows) {
        encoding.pairs(values, row * columns / 2, columns, scales, row * groups, bytes);
        out.write(bytes);
      }
      return;
    }
    float[] values = tensor.toFloats();
    for (int row : rows) {
      encoding.floats(values, row * columns, columns, bytes);
      out.write(bytes);
    }
  }
}
