package dev.stlm.model.runtime.code;

import java.util.Objects;

/**
 * Products of 32-bit floats in machine code, in vectors of 512 bits: each sum is one chain of fused
 * multiply-adds in ascending order, so that the bits are those of other kernels. Thread-safe.
 */
public final class FloatProducts {
  /** Columns of C are a multiple of it. */
  private static final int COLUMNS = 16;

  private static final int ROWS = 4;
  private static final int VECTORS = 4;

  private final NativeCalls calls;

  /** By the rows of a tile, whether it is one vector wide, and whether it adds to C. */
  private final long[][][] programs = new long[ROWS + 1][2][2];

  FloatProducts(NativeCalls calls) {
    this.calls = calls;
    for (int rows = 1; rows <= ROWS; rows *= 2) {
      for (int adds = 0; adds < 2; adds++) {
        programs[rows][0][adds] = calls.place(FloatProgram.of(rows, VECTORS, adds == 1));
        programs[rows][1][adds] = calls.place(FloatProgram.of(rows, 1, adds == 1));
      }
    }
  }

  /**
   * {@code C[i][j] = (accumulate ? C[i][j] : 0) + Σ_k A[i][k] · B[k][j]}.
   *
   * @param m rows of A and C
   * @param n columns of B and C, a multiple of 16
   * @param k columns of A, rows of B
   */
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int bStride,
      float[] c,
      int cAt,
      int cStride,
      boolean accumulate) {
    if (m < 1 || k < 1 || n < COLUMNS || n % COLUMNS != 0) {
      throw new IllegalArgumentException(m + " rows, " + n + " columns, " + k + " inputs");
    }
    checkRows(m, k, aAt, aStride, a.length);
    checkRows(k, n, bAt, bStride, b.length);
    checkRows(m, n, cAt, cStride, c.length);
    int row = 0;
    for (int rows = ROWS; rows > 0; rows /= 2) {
      int tiles = (m - row) / rows;
      int from = 0;
      for (int narrow = 0; narrow < 2; narrow++) {
        int width = narrow == 0 ? COLUMNS * VECTORS : COLUMNS;
        int columnTiles = (n - from) / width;
        if (tiles > 0 && columnTiles > 0) {
          calls.call(
              programs[rows][narrow][accumulate ? 1 : 0],
              a,
              aAt + row * aStride,
              b,
              bAt + from,
              c,
              cAt + row * cStride + from,
              k,
              (long) Float.BYTES * bStride,
              (long) Float.BYTES * aStride,
              (long) Float.BYTES * cStride,
              tiles,
              columnTiles,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              0);
        }
        from += columnTiles * width;
      }
      row += tiles * rows;
    }
  }

  private static void checkRows(int rows, int columns, int at, int stride, int length) {
    if (rows > 1 && stride < columns) {
      throw new IllegalArgumentException("rows of " + columns + " numbers, " + stride + " apart");
    }
    Objects.checkFromIndexSize(
        at, Math.addExact(Math.multiplyExact(rows - 1, stride), columns), length);
  }
}
