package dev.stlm.model.runtime.internal;

/**
 * A projection {@code [outputs, inputs]} in panels of up to {@link Kernels#PANEL} outputs, which
 * are the tasks of a product. Packed, a panel is {@code [inputs, panel width]}, so that its outputs
 * lie side by side in memory. Immutable.
 */
abstract sealed class PackedMatrix
    permits PackedF32, PackedHalf, PackedInt4, PackedInt8, PackedQuads {
  /** Columns of which halves lie side by side, see {@link #lane}. */
  static final int INTERLEAVED = 32;

  final int outputs;
  final int inputs;

  PackedMatrix(int outputs, int inputs) {
    this.outputs = outputs;
    this.inputs = inputs;
  }

  /** Number of panels. */
  final int panels() {
    return (outputs + Kernels.PANEL - 1) / Kernels.PANEL;
  }

  /** Columns of a panel: {@link Kernels#PANEL}, less in the last one, always a multiple of 16. */
  final int panelWidth(int panel) {
    return Math.min(Kernels.PANEL, Kernels.padded(outputs - panel * Kernels.PANEL));
  }

  /**
   * Where a column of a panel of integers lies: columns i and i + 16 of 32 are side by side, so
   * that a sum of 16 bits a column, seen as numbers of 32 bits, has the first 16 columns in the
   * lower halves and the others in the upper ones. Columns that do not fill 32 lie in order.
   *
   * @param width columns of the panel
   */
  static int lane(int column, int width) {
    int first = column / INTERLEAVED * INTERLEAVED;
    int i = column - first;
    int half = INTERLEAVED / 2;
    if (first + INTERLEAVED > width) {
      return column;
    }
    return first + (i < half ? 2 * i : 2 * (i - half) + 1);
  }

  /** Multiply-adds for one position. */
  final long work() {
    return (long) outputs * inputs;
  }

  /** How many scales {@link #prepare} writes for one position. */
  abstract int scalesPerRow();

  /** Makes one position's inputs ready, in place, writing its scales if there are any. */
  abstract void prepare(Kernels kernels, float[] x, int at, float[] scales, int scalesAt);

  /**
   * The same for some positions.
   *
   * @param x {@code [., stride]}, from row {@code row} on
   * @param scales {@code [., scalesPerRow()]}, the same rows
   */
  void prepareRows(Kernels kernels, int row, int count, float[] x, int stride, float[] scales) {
    for (int m = row; m < row + count; m++) {
      prepare(kernels, x, m * stride, scales, m * scalesPerRow());
    }
  }

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
      Scratch scratch);

  /** The same for some panels, one after the other. */
  void multiplyPanels(
      Kernels kernels,
      int first,
      int count,
      int row,
      int m,
      float[] a,
      int aStride,
      float[] scales,
      float[] c,
      int cStride,
      Scratch scratch) {
    for (int panel = first; panel < first + count; panel++) {
      multiply(kernels, panel, row, m, a, aStride, scales, c, cStride, scratch);
    }
  }
}
