package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.PackedInt4.QUAD;

/** Products with 4-bit integers in plain Java. */
final class ScalarInt4 {
  private ScalarInt4() {}

  /**
   * The columns of {@link Kernels#multiplyInt4} from one on.
   *
   * @param from the first column
   * @param to the column after the last
   * @param n columns of B
   */
  static void multiply(
      int m,
      int from,
      int to,
      int n,
      int block,
      int blocks,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      short[] b,
      float[] bScale,
      float[] c,
      int cAt,
      int cStride) {
    int quads = block / QUAD;
    for (int i = 0; i < m; i++) {
      int x = aAt + i * aStride;
      int s = aScaleAt + i * 2 * blocks;
      for (int j = from; j < to; j++) {
        int lane = PackedMatrix.lane(j, n);
        float total = 0;
        for (int t = 0; t < blocks; t++) {
          int sum = (int) aScale[s + blocks + t];
          for (int q = t * quads; q < (t + 1) * quads; q++) {
            int weights = b[q * n + lane];
            int at = x + q * QUAD;
            sum +=
                ((int) a[at]) * (weights & 15)
                    + ((int) a[at + 1]) * (weights >> 4 & 15)
                    + ((int) a[at + 2]) * (weights >> 8 & 15)
                    + ((int) a[at + 3]) * (weights >> 12 & 15);
          }
          total = Math.fma((float) sum, aScale[s + t] * bScale[t * n + j], total);
        }
        c[cAt + i * cStride + j] = total;
      }
    }
  }
}
