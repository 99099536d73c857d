package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Tensor;
import dev.stlm.model.runtime.code.MachineCode;
import dev.stlm.model.runtime.code.QuadPanels;
import dev.stlm.model.runtime.code.QuadProducts;
import dev.stlm.model.runtime.code.QuadWeights;
import dev.stlm.model.runtime.code.WeightMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A matrix of integers as {@link PackedInt8} and {@link PackedInt4}, to the same bits, for
 * processors that multiply four bytes at a time: inputs of an output lie side by side. Weights are
 * outside the heap, so that vectors of them lie in cache lines of their own and in large pages.
 */
final class PackedQuads extends PackedMatrix {
  private static final VarHandle QUAD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Adds 128 to each of four bytes. */
  private static final int UNSIGNED = 0x80808080;

  private final QuadProducts products;
  private final WeightMemory memory;
  private final int block;

  /** Panels of the same width; a narrower last one is a part of its own. */
  private final QuadPanels[] parts;

  private PackedQuads(
      QuadProducts products, WeightMemory memory, int outputs, int inputs, int block) {
    super(outputs, inputs);
    this.products = products;
    this.memory = memory;
    this.block = block;
    parts = new QuadPanels[panels() > fullPanels() ? 2 : 1];
  }

  /** Whether a tensor can be packed so. */
  static boolean fits(Tensor.Int8 t) {
    return PackedInt8.blockOf(t.group()) % QuadPanels.INPUTS == 0;
  }

  /** Whether a tensor can be packed so. */
  static boolean fits(Tensor.Int4 t) {
    // a block is a whole group, and the same as that of the other kernels
    return t.group() % QuadPanels.INPUTS == 0 && t.group() <= PackedInt4.MAX_BLOCK;
  }

  static PackedQuads pack(Tensor.Int8 t, MachineCode code, WeightMemory memory) {
    PackedQuads packed =
        new PackedQuads(
            code.products(QuadWeights.BYTES),
            memory,
            t.rows(),
            t.columns(),
            PackedInt8.blockOf(t.group()));
    byte[] rows = new byte[Math.multiplyExact(packed.panelWidth(0), t.columns())];
    packed.fill(
        QuadWeights.BYTES,
        t.group(),
        t.scales(),
        (first, count, width, lanes) -> {
          if (count < width) {
            Arrays.fill(rows, (byte) 0);
          }
          int inputs = t.columns();
          MemorySegment.copy(
              t.values(), ValueLayout.JAVA_BYTE, (long) first * inputs, rows, 0, count * inputs);
          interleave(rows, inputs, width, UNSIGNED, lanes);
        });
    return packed;
  }

  static PackedQuads pack(Tensor.Int4 t, MachineCode code, WeightMemory memory) {
    PackedQuads packed =
        new PackedQuads(
            code.products(QuadWeights.NIBBLES), memory, t.rows(), t.columns(), t.group());
    int rowBytes = t.columns() / 2;
    byte[] rows = new byte[Math.multiplyExact(packed.panelWidth(0), rowBytes)];
    packed.fill(
        QuadWeights.NIBBLES,
        t.group(),
        t.scales(),
        (first, count, width, lanes) -> {
          MemorySegment.copy(
              t.values(),
              ValueLayout.JAVA_BYTE,
              (long) first * rowBytes,
              rows,
              0,
              count * rowBytes);
          // what lies in the rows that are not there is scaled by 0
          interleave(rows, rowBytes, width, 0, lanes);
        });
    return packed;
  }

  /** {@code lanes[k · width + r]} = bytes 4 k to 4 k + 3 of row r, with some bits turned. */
  private static void interleave(byte[] rows, int rowBytes, int width, int turned, int[] lanes) {
    for (int r = 0; r < width; r++) {
      int to = r;
      for (int k = r * rowBytes; k < (r + 1) * rowBytes; k += Integer.BYTES) {
        lanes[to] = (int) QUAD.get(rows, k) ^ turned;
        to += width;
      }
    }
  }

  /** Writes the weights of some rows as {@code [lanes of a row, width]}. */
  private interface Lanes {
    void write(int first, int count, int width, int[] lanes);
  }

  private void fill(QuadWeights form, int group, MemorySegment scales, Lanes weights) {
    int groups = inputs / group;
    int[] lanes = new int[Math.multiplyExact(panelWidth(0), inputs / form.inputs())];
    float[] rowScales = new float[Math.min(Kernels.PANEL, outputs) * groups];
    int panel = 0;
    for (int part = 0; part < parts.length; part++) {
      int width = panelWidth(panel);
      int count = part == 0 ? fullPanels() : 1;
      long weightBytes = QuadPanels.weightBytes(form, width, block, inputs / block);
      long scaleBytes = QuadPanels.scaleBytes(width, inputs / block);
      MemorySegment partWeights = memory.take(count * weightBytes);
      MemorySegment partScales = memory.take(count * scaleBytes);
      for (int p = 0; p < count; p++, panel++) {
        int first = panel * Kernels.PANEL;
        int rows = Math.min(Kernels.PANEL, outputs - first);
        weights.write(first, rows, width, lanes);
        MemorySegment.copy(
            lanes,
            0,
            partWeights,
            ValueLayout.JAVA_INT,
            p * weightBytes,
            (int) (weightBytes / Integer.BYTES));
        MemorySegment.copy(
            scales, TensorRows.FLOAT, 4L * first * groups, rowScales, 0, rows * groups);
        float[] spread = new float[(int) (scaleBytes / Float.BYTES)];
        PackedInt8.spread(rowScales, rows, groups, group / block, spread, width);
        MemorySegment.copy(
            spread, 0, partScales, ValueLayout.JAVA_FLOAT, p * scaleBytes, spread.length);
      }
      parts[part] =
          new QuadPanels(form, count, width, block, inputs / block, partWeights, partScales);
    }
  }

  private int fullPanels() {
    // panels of which all but the last are full: the first part is those, or the only one
    return Math.max(1, outputs % Kernels.PANEL == 0 ? panels() : panels() - 1);
  }

  /** A scale and an offset for each block. */
  @Override
  int scalesPerRow() {
    return 2 * (inputs / block);
  }

  @Override
  void prepare(Kernels kernels, float[] x, int at, float[] rowScales, int scalesAt) {
    products.quantise(1, x, at, inputs, block, inputs / block, rowScales, scalesAt);
  }

  @Override
  void prepareRows(Kernels kernels, int row, int count, float[] x, int stride, float[] rowScales) {
    products.quantise(
        count, x, row * stride, stride, block, inputs / block, rowScales, row * scalesPerRow());
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
    multiplyPanels(kernels, panel, 1, row, m, a, aStride, rowScales, c, cStride, scratch);
  }

  @Override
  void multiplyPanels(
      Kernels kernels,
      int first,
      int count,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] rowScales,
      float[] c,
      int cStride,
      Scratch scratch) {
    int full = parts[0].count();
    int end = first + count;
    try {
      if (first < full) {
        int inFirst = Math.min(end, full) - first;
        multiply(parts[0], first, inFirst, first, row, m, a, aStride, rowScales, c, cStride);
      }
      if (end > full) {
        multiply(parts[1], 0, 1, full, row, m, a, aStride, rowScales, c, cStride);
      }
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  private void multiply(
      QuadPanels part,
      int first,
      int count,
      int panel,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] rowScales,
      float[] c,
      int cStride) {
    products.multiply(
        part,
        first,
        count,
        m,
        a,
        row * aStride,
        aStride,
        rowScales,
        row * scalesPerRow(),
        c,
        row * cStride + panel * Kernels.PANEL,
        cStride);
  }
}
