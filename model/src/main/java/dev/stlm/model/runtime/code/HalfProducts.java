package dev.stlm.model.runtime.code;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Dot products with rows of 16-bit floats in machine code: each has 16 partial sums, element i to
 * sum i mod 16, that are added as a tree (8 apart, 4, 2, 1), so that the bits are those of other
 * kernels. Thread-safe.
 */
public final class HalfProducts {
  /** The length of a row is a multiple of it. */
  public static final int LANES = 16;

  private static final int ROWS = 4;

  private final NativeCalls calls;

  /** By the rows of floats, then those of 16-bit floats, of a tile. */
  private final Map<HalfEncoding, long[][]> programs = new EnumMap<>(HalfEncoding.class);

  HalfProducts(NativeCalls calls) {
    this.calls = calls;
    for (HalfEncoding encoding : HalfEncoding.values()) {
      long[][] all = new long[ROWS + 1][ROWS + 1];
      for (int rows = 1; rows <= ROWS; rows *= 2) {
        for (int halfRows = 1; halfRows <= ROWS; halfRows *= 2) {
          all[rows][halfRows] = calls.place(HalfProgram.of(rows, halfRows, encoding));
        }
      }
      programs.put(encoding, all);
    }
  }

  /**
   * {@code C[i][j] = Σ_k A[i][k] · B[j][k]}.
   *
   * @param m rows of A and C
   * @param n rows of B, columns of C
   * @param k columns of A and B, a multiple of {@link #LANES}
   * @param b {@code [n, k]} numbers of 16 bits, two in the place of a float, the first in its lower
   *     half
   */
  public void dots(
      HalfEncoding encoding,
      int m,
      int n,
      int k,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int cStride) {
    if (m < 1 || n < 1 || k < LANES || k % LANES != 0 || (m > 1 && (aStride < k || cStride < n))) {
      throw new IllegalArgumentException(
          m
              + " rows of "
              + k
              + ", "
              + aStride
              + " apart, to rows of "
              + n
              + ", "
              + cStride
              + " apart");
    }
    Objects.checkFromIndexSize(aAt, Math.multiplyExact(m - 1, aStride) + k, a.length);
    Objects.checkFromIndexSize(bAt, Math.multiplyExact(n, k / 2), b.length);
    Objects.checkFromIndexSize(cAt, Math.multiplyExact(m - 1, cStride) + n, c.length);
    long[][] all = Objects.requireNonNull(programs.get(encoding));
    int row = 0;
    for (int rows = ROWS; rows > 0; rows /= 2) {
      int tiles = (m - row) / rows;
      int halfRow = 0;
      for (int halfRows = ROWS; halfRows > 0 && tiles > 0; halfRows /= 2) {
        int halfTiles = (n - halfRow) / halfRows;
        if (halfTiles > 0) {
          calls.call(
              all[rows][halfRows],
              a,
              aAt + row * aStride,
              b,
              bAt + halfRow * (k / 2),
              c,
              cAt + row * cStride + halfRow,
              k / LANES,
              (long) Float.BYTES * aStride,
              (long) Short.BYTES * k,
              (long) Float.BYTES * cStride,
              tiles,
              halfTiles,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              0);
        }
        halfRow += halfTiles * halfRows;
      }
      row += tiles * rows;
    }
  }
}
