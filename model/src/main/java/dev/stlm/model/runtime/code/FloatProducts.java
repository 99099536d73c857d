package dev.stlm.model.runtime.code;

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
   * {@code C[i][j] = (accumulate ? C[i][j] : 0) + Σ_k A[i][k] · B[k][j]}, for some products of the
   * same shape.
   *
   * @param count of products; each begins the three steps after the one before
   * @param m rows of A and C
   * @param n columns of B and C, a multiple of 16
   * @param k columns of A, rows of B
   */
  public void multiply(
      int count,
      int m,
      int n,
      int k,
      float[] a,
      int aAt,
      int aStride,
      int aStep,
      float[] b,
      int bAt,
      int bStride,
      int bStep,
      float[] c,
      int cAt,
      int cStride,
      int cStep,
      boolean accumulate) {
    if (count < 1 || m < 1 || k < 1 || n < COLUMNS || n % COLUMNS != 0) {
      throw new IllegalArgumentException(
          count + " products of " + m + " rows, " + n + " columns, " + k + " inputs");
    }
    check(count, aStep, m, aStride, k, aAt, a.length);
    check(count, bStep, k, bStride, n, bAt, b.length);
    check(count, cStep, m, cStride, n, cAt, c.length);
    int row = 0;
    for (int rows = ROWS; rows > 0; rows /= 2) {
      int tiles = (m - row) / rows;
      int from = 0;
      for (int narrow = 0; narrow < 2; narrow++) {
        int width = narrow == 0 ? COLUMNS * VECTORS : COLUMNS;
        int columnTiles = (n - from) / width;
        if (tiles > 0 && columnTiles > 0) {
          int done = columnTiles * width;
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
              count,
              (long) Float.BYTES * aStep,
              (long) Float.BYTES * (bStep - done),
              (long) Float.BYTES * (cStep - done),
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

  /** That all rows of all products lie in an array. */
  private static void check(
      int count, int step, int rows, int stride, int columns, int at, int length) {
    if (step < 0 || stride < 0 || (rows > 1 && stride < columns)) {
      throw new IllegalArgumentException(
          "rows of " + columns + " numbers, " + stride + " apart, products " + step + " apart");
    }
    long last = (long) (count - 1) * step + (long) (rows - 1) * stride + columns;
    if (at < 0 || last > length - at) {
      throw new IndexOutOfBoundsException(at + " and " + last + " more of " + length);
    }
  }
}
