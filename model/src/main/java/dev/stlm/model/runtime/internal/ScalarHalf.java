package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.LANES;

import java.util.Arrays;

/** Products with 16-bit weights in plain Java. */
final class ScalarHalf {
  private ScalarHalf() {}

  /**
   * The values of {@link Kernels#widen} from one on; {@code at} is the place of the first of all.
   */
  static void widen(HalfFormat format, short[] halves, int from, int n, float[] out, int at) {
    for (int i = from; i < n; i++) {
      out[at + i] = format.widen(halves[i]);
    }
  }

  /** See {@link Kernels#dots}. */
  static void dots(
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
      float[] sums,
      int sumsAt) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        Arrays.fill(sums, sumsAt, sumsAt + LANES, 0f);
        int x = aAt + i * aStride;
        int w = bAt + j * bStride;
        int whole = k / LANES * LANES;
        for (int lane = 0; lane < LANES; lane += 4) {
          fourLanes(whole, a, x + lane, b, w + lane, sums, sumsAt + lane);
        }
        c[cAt + i * cStride + j] = finish(whole, k, a, x, b, w, sums, sumsAt);
      }
    }
  }

  // four sums in local variables: compilers that do not vectorise keep them in registers
  private static void fourLanes(
      int whole, float[] a, int x, float[] b, int w, float[] sums, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int t = 0; t < whole; t += LANES) {
      s0 = Math.fma(a[x + t], b[w + t], s0);
      s1 = Math.fma(a[x + t + 1], b[w + t + 1], s1);
      s2 = Math.fma(a[x + t + 2], b[w + t + 2], s2);
      s3 = Math.fma(a[x + t + 3], b[w + t + 3], s3);
    }
    sums[at] = s0;
    sums[at + 1] = s1;
    sums[at + 2] = s2;
    sums[at + 3] = s3;
  }

  /** The products from {@code whole} on, then the tree over the sums. */
  static float finish(int whole, int k, float[] a, int x, float[] b, int w, float[] sums, int at) {
    for (int t = whole; t < k; t++) {
      sums[at + t - whole] = Math.fma(a[x + t], b[w + t], sums[at + t - whole]);
    }
    // Kernels.tree, written out: it runs once an output
    float s0 = sums[at] + sums[at + 8];
    float s1 = sums[at + 1] + sums[at + 9];
    float s2 = sums[at + 2] + sums[at + 10];
    float s3 = sums[at + 3] + sums[at + 11];
    float s4 = sums[at + 4] + sums[at + 12];
    float s5 = sums[at + 5] + sums[at + 13];
    float s6 = sums[at + 6] + sums[at + 14];
    float s7 = sums[at + 7] + sums[at + 15];
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
  }
}
