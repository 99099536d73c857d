package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.PANEL;

import dev.stlm.model.checkpoint.Tensor;

/** A packed matrix of 32-bit floats. */
final class PackedF32 extends PackedMatrix {
  /** Inputs taken at a time: a panel's part of 128 · 64 floats stays in a first-level cache. */
  private static final int DEPTH = 128;

  private final float[][] panels;

  private PackedF32(int outputs, int inputs) {
    super(outputs, inputs);
    panels = new float[panels()][];
    for (int p = 0; p < panels.length; p++) {
      panels[p] = new float[Math.multiplyExact(inputs, panelWidth(p))];
    }
  }

  static PackedF32 pack(Tensor tensor) {
    PackedF32 packed = new PackedF32(tensor.rows(), tensor.columns());
    TensorRows rows = TensorRows.of(tensor);
    float[] row = new float[packed.inputs];
    byte[] bytes = new byte[packed.inputs];
    short[] halves = new short[packed.inputs];
    float[] scales = new float[packed.inputs];
    for (int r = 0; r < packed.outputs; r++) {
      rows.read(r, row, bytes, halves, scales);
      int width = packed.panelWidth(r / PANEL);
      float[] panel = packed.panels[r / PANEL];
      for (int k = 0; k < row.length; k++) {
        panel[k * width + r % PANEL] = row[k];
      }
    }
    return packed;
  }

  @Override
  int scalesPerRow() {
    return 0;
  }

  @Override
  void prepare(Kernels kernels, float[] x, int at, float[] scales, int scalesAt) {}

  @Override
  void multiply(
      Kernels kernels,
      int panel,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] scales,
      float[] c,
      int cStride,
      Scratch scratch) {
    int width = panelWidth(panel);
    // one position reads each weight once, so only several positions gain from blocks
    int depth = m == 1 ? inputs : DEPTH;
    for (int k = 0; k < inputs; k += depth) {
      kernels.multiply(
          m,
          width,
          Math.min(depth, inputs - k),
          a,
          row * aStride + k,
          aStride,
          panels[panel],
          k * width,
          width,
          c,
          row * cStride + panel * PANEL,
          cStride,
          k > 0);
    }
  }
}
