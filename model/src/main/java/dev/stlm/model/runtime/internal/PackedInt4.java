package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.PANEL;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A packed matrix of 4-bit integers with a scale for each group of inputs of each output: four
 * inputs of an output are one number of 16 bits, so that all of memory that a product reads is half
 * of that of 8-bit integers.
 *
 * <p>Inputs are quantised to 8 bits as in {@link PackedInt8}, in blocks of at most {@link
 * #MAX_BLOCK}.
 */
final class PackedInt4 extends PackedMatrix {
  /** 32 · 8 · 127 is below 2^15: sums of so many products are exact in 16 bits. */
  static final int MAX_BLOCK = 32;

  /** Inputs that lie in one number. */
  static final int QUAD = 4;

  private final int block;
  private final short[][] panels; // [panel][inputs / 4, width]
  private final float[][] scales; // [panel][block, width]

  private PackedInt4(int outputs, int inputs, int block) {
    super(outputs, inputs);
    this.block = block;
    panels = new short[panels()][];
    scales = new float[panels.length][];
    for (int p = 0; p < panels.length; p++) {
      panels[p] = new short[Math.multiplyExact(inputs / QUAD, panelWidth(p))];
      scales[p] = new float[Math.multiplyExact(inputs / block, panelWidth(p))];
    }
  }

  /** Packs a tensor: as 8-bit integers where its groups are not made of four inputs. */
  static PackedMatrix pack(Tensor.Int4 t) {
    int block = largestPart(t.group());
    return block == 0 ? PackedInt8.pack(t) : new PackedInt4(t.rows(), t.columns(), block).fill(t);
  }

  /** The largest divisor of a group that is a multiple of 4 and at most 32; 0 if there is none. */
  private static int largestPart(int group) {
    for (int part = MAX_BLOCK; part > 0; part -= QUAD) {
      if (group % part == 0) {
        return part;
      }
    }
    return 0;
  }

  private PackedInt4 fill(Tensor.Int4 t) {
    int half = t.group() / 2;
    byte[] row = new byte[inputs / 2];
    float[] rowScales = new float[inputs / t.group()];
    for (int r = 0; r < outputs; r++) {
      MemorySegment.copy(
          t.values(), ValueLayout.JAVA_BYTE, (long) r * row.length, row, 0, row.length);
      MemorySegment.copy(
          t.scales(), TensorRows.FLOAT, 4L * r * rowScales.length, rowScales, 0, rowScales.length);
      int width = panelWidth(r / PANEL);
      int lane = lane(r % PANEL, width);
      short[] panel = panels[r / PANEL];
      for (int start = 0; start < inputs; start += t.group()) {
        for (int i = 0; i < half; i++) {
          int pair = row[start / 2 + i];
          put(panel, start + i, width, lane, pair & 15);
          put(panel, start + half + i, width, lane, pair >> 4 & 15);
        }
      }
      float[] panelScales = scales[r / PANEL];
      for (int b = 0; b < inputs / block; b++) {
        panelScales[b * width + r % PANEL] = rowScales[b * block / t.group()];
      }
    }
    return this;
  }

  private static void put(short[] panel, int input, int width, int lane, int nibble) {
    panel[input / QUAD * width + lane] |= (short) (nibble << (input % QUAD * 4));
  }

  /** A scale and an offset for each block. */
  @Override
  int scalesPerRow() {
    return 2 * (inputs / block);
  }

  @Override
  void prepare(Kernels kernels, float[] x, int at, float[] rowScales, int scalesAt) {
    int blocks = inputs / block;
    for (int b = 0; b < blocks; b++) {
      int from = at + b * block;
      rowScales[scalesAt + b] = kernels.quantise(x, from, block);
      int sum = 0;
      for (int i = from; i < from + block; i++) {
        sum += (int) x[i];
      }
      // what is stored is 8 too large: the sum of products by 8 times the sum of inputs
      rowScales[scalesAt + blocks + b] = -8 * sum;
    }
  }

  @Override
  void multiply(
      Kernels kernels,
      int panel,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] rowScales,
      float[] c,
      int cStride,
      Scratch scratch) {
    int blocks = inputs / block;
    kernels.multiplyInt4(
        m,
        panelWidth(panel),
        block,
        blocks,
        a,
        row * aStride,
        aStride,
        rowScales,
        row * 2 * blocks,
        panels[panel],
        scales[panel],
        c,
        row * cStride + panel * PANEL,
        cStride,
        scratch.shorts(Kernels.INT4_ROWS * (2 * inputs + PANEL)));
  }
}
