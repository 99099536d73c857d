package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.PANEL;

import dev.stlm.model.checkpoint.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A packed matrix of 8-bit integers with a scale for each group of inputs of each output.
 *
 * <p>Inputs are quantised to 8 bits too, each position by itself and each block of inputs by
 * itself: a block is a group of the weights, or a part of one where groups are longer than {@link
 * #MAX_BLOCK}. Within a block the products add up exactly; over blocks the scaled sums add up in
 * 32-bit floats.
 */
final class PackedInt8 extends PackedMatrix {
  /** 1024 · 127² is below 2^24: sums of so many products are exact in 32-bit floats. */
  static final int MAX_BLOCK = 1024;

  /** Rows of sums that the scratch of a product has room for. */
  static final int SUM_ROWS = 16;

  private final int block;
  private final byte[][] panels;
  private final float[][] scales; // [panel][block, width]

  private PackedInt8(int outputs, int inputs, int block) {
    super(outputs, inputs);
    this.block = block;
    panels = new byte[panels()][];
    scales = new float[panels.length][];
    for (int p = 0; p < panels.length; p++) {
      panels[p] = new byte[Math.multiplyExact(inputs, panelWidth(p))];
      scales[p] = new float[Math.multiplyExact(inputs / block, panelWidth(p))];
    }
  }

  static PackedInt8 pack(Tensor.Int8 t) {
    return pack(t.rows(), t.columns(), t.group(), t.values(), t.scales());
  }

  private static PackedInt8 pack(
      int outputs, int inputs, int group, MemorySegment values, MemorySegment scales) {
    int block = blockOf(group);
    PackedInt8 packed = new PackedInt8(outputs, inputs, block);
    int groups = inputs / group;
    int parts = group / block;
    byte[] rows = new byte[Math.multiplyExact(packed.panelWidth(0), inputs)];
    float[] rowScales = new float[Math.min(PANEL, outputs) * groups];
    for (int p = 0; p < packed.panels.length; p++) {
      int first = p * PANEL;
      int count = Math.min(PANEL, outputs - first);
      int width = packed.panelWidth(p);
      if (count < width) {
        Arrays.fill(rows, (byte) 0);
      }
      MemorySegment.copy(
          values, ValueLayout.JAVA_BYTE, (long) first * inputs, rows, 0, count * inputs);
      ByteTranspose.transpose(rows, rowOfLane(width), inputs, packed.panels[p], width);
      MemorySegment.copy(
          scales, TensorRows.FLOAT, 4L * first * groups, rowScales, 0, count * groups);
      spread(rowScales, count, groups, parts, packed.scales[p], width);
    }
    return packed;
  }

  private static int[] rowOfLane(int width) {
    int[] rows = new int[width];
    for (int r = 0; r < width; r++) {
      rows[lane(r, width)] = r;
    }
    return rows;
  }

  /** {@code to[(g · parts + i) · width + r] = scales[r · groups + g]}: a block is a part. */
  static void spread(float[] scales, int rows, int groups, int parts, float[] to, int width) {
    for (int r = 0; r < rows; r++) {
      int at = r;
      for (int g = 0; g < groups; g++) {
        float scale = scales[r * groups + g];
        for (int i = 0; i < parts; i++) {
          to[at] = scale;
          at += width;
        }
      }
    }
  }

  /** 4-bit integers, widened. */
  static PackedInt8 pack(Tensor.Int4 t) {
    byte[] values = new byte[Math.multiplyExact(t.rows(), t.columns())];
    byte[] pairs = t.values().toArray(ValueLayout.JAVA_BYTE);
    int half = t.group() / 2;
    for (int start = 0; start < values.length; start += t.group()) {
      for (int i = 0; i < half; i++) {
        int pair = pairs[start / 2 + i];
        values[start + i] = (byte) ((pair & 15) - 8);
        values[start + half + i] = (byte) ((pair >> 4 & 15) - 8);
      }
    }
    return pack(t.rows(), t.columns(), t.group(), MemorySegment.ofArray(values), t.scales());
  }

  /** The inputs of a block, for weights in groups of so many. */
  static int blockOf(int group) {
    int parts = (group + MAX_BLOCK - 1) / MAX_BLOCK;
    while (group % parts != 0) {
      parts++;
    }
    return group / parts;
  }

  @Override
  int scalesPerRow() {
    return inputs / block;
  }

  @Override
  void prepare(Kernels kernels, float[] x, int at, float[] rowScales, int scalesAt) {
    for (int b = 0; b < inputs / block; b++) {
      rowScales[scalesAt + b] = kernels.quantise(x, at + b * block, block);
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
      Scratch working) {
    int blocks = inputs / block;
    kernels.multiplyInt8(
        m,
        panelWidth(panel),
        block,
        blocks,
        a,
        row * aStride,
        aStride,
        rowScales,
        row * blocks,
        panels[panel],
        scales[panel],
        c,
        row * cStride + panel * PANEL,
        cStride,
        working.product((inputs + 2 * SUM_ROWS) * PANEL),
        working.shorts(2 * inputs));
  }
}
