package dev.stlm.model.runtime.internal;

import dev.stlm.model.checkpoint.Tensor;

/**
 * A projection {@code [outputs, inputs]} packed for the kernels: panels of up to {@link
 * Kernels#PANEL} outputs, each {@code [inputs, panel width]}, so that the outputs of a panel lie
 * side by side in memory. Immutable.
 */
abstract sealed class PackedMatrix permits PackedF32, PackedInt8 {
  final int outputs;
  final int inputs;

  PackedMatrix(int outputs, int inputs) {
    this.outputs = outputs;
    this.inputs = inputs;
  }

  /** Packs a tensor; encodings other than 8-bit integers are decoded to floats. */
  static PackedMatrix of(Tensor tensor) {
    return tensor instanceof Tensor.Int8 int8 ? PackedInt8.pack(int8) : PackedF32.pack(tensor);
  }

  /** Number of panels. */
  final int panels() {
    return (outputs + Kernels.PANEL - 1) / Kernels.PANEL;
  }

  /** Columns of a panel: {@link Kernels#PANEL}, less in the last one, always a multiple of 16. */
  final int panelWidth(int panel) {
    return Math.min(Kernels.PANEL, Kernels.padded(outputs - panel * Kernels.PANEL));
  }

  /** Multiply-adds for one position. */
  final long work() {
    return (long) outputs * inputs;
  }

  /** How many scales {@link #prepare} writes for one position. */
  abstract int scalesPerRow();

  /** Makes one position's inputs ready, in place, writing its scales if there are any. */
  abstract void prepare(Kernels kernels, float[] x, int at, float[] scales, int scalesAt);

  /** Floats that {@link #multiply} needs to work in. */
  abstract int scratchSize();

  /**
   * Computes the outputs of one panel for some positions.
   *
   * @param a prepared inputs {@code [m, aStride]} from row {@code row} on
   * @param c outputs {@code [., cStride]}, cStride ≥ padded number of outputs; same rows as a
   */
  abstract void multiply(
      Kernels kernels,
      int panel,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] scales,
      float[] c,
      int cStride,
      float[] scratch);
}
