package dev.stlm.model.runtime.internal;

import java.util.Arrays;

/** The kernels in plain Java: the reference, and what runs where there is no Vector API. */
final class ScalarKernels implements Kernels {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
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
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j += 8) {
        eightColumns(
            k, a, aAt + i * aStride, b, bAt + j, bStride, c, cAt + i * cStride + j, accumulate);
      }
    }
  }

  // eight sums in local variables: compilers that do not vectorise keep them in registers
  private static void eightColumns(
      int k,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] c,
      int cAt,
      boolean accumulate) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    if (accumulate) {
      s0 = c[cAt];
      s1 = c[cAt + 1];
      s2 = c[cAt + 2];
      s3 = c[cAt + 3];
      s4 = c[cAt + 4];
      s5 = c[cAt + 5];
      s6 = c[cAt + 6];
      s7 = c[cAt + 7];
    }
    int p = bAt;
    for (int i = 0; i < k; i++) {
      float x = a[aAt + i];
      s0 = Math.fma(x, b[p], s0);
      s1 = Math.fma(x, b[p + 1], s1);
      s2 = Math.fma(x, b[p + 2], s2);
      s3 = Math.fma(x, b[p + 3], s3);
      s4 = Math.fma(x, b[p + 4], s4);
      s5 = Math.fma(x, b[p + 5], s5);
      s6 = Math.fma(x, b[p + 6], s6);
      s7 = Math.fma(x, b[p + 7], s7);
      p += bStride;
    }
    c[cAt] = s0;
    c[cAt + 1] = s1;
    c[cAt + 2] = s2;
    c[cAt + 3] = s3;
    c[cAt + 4] = s4;
    c[cAt + 5] = s5;
    c[cAt + 6] = s6;
    c[cAt + 7] = s7;
  }

  @Override
  public void multiplyInt8(
      int m,
      int n,
      int block,
      int blocks,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      byte[] b,
      float[] bScale,
      float[] c,
      int cAt,
      int cStride,
      float[] scratch,
      short[] shorts) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int lane = PackedMatrix.lane(j, n);
        float total = 0;
        for (int t = 0; t < blocks; t++) {
          int sum = 0;
          for (int k = t * block; k < (t + 1) * block; k++) {
            sum += ((int) a[aAt + i * aStride + k]) * b[k * n + lane];
          }
          float scale = aScale[aScaleAt + i * blocks + t] * bScale[t * n + j];
          total = Math.fma((float) sum, scale, total);
        }
        c[cAt + i * cStride + j] = total;
      }
    }
  }

  @Override
  public void multiplyInt4(
      int m,
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
      int cStride,
      short[] scratch) {
    ScalarInt4.multiply(
        m, 0, n, n, block, blocks, a, aAt, aStride, aScale, aScaleAt, b, bScale, c, cAt, cStride);
  }

  @Override
  public void widen(HalfFormat format, short[] halves, int n, float[] out, int at) {
    ScalarHalf.widen(format, halves, 0, n, out, at);
  }

  @Override
  public void dots(
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
      float[] scratch,
      int scratchAt) {
    ScalarHalf.dots(m, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, scratch, scratchAt);
  }

  @Override
  public float sumOfSquares(float[] x, int at, int n, float[] scratch) {
    Arrays.fill(scratch, 0, LANES, 0f);
    for (int i = 0; i < n; i++) {
      scratch[i % LANES] = Math.fma(x[at + i], x[at + i], scratch[i % LANES]);
    }
    return Kernels.tree(scratch);
  }

  @Override
  public float exponentials(float[] scores, int at, int n, float[] scratch) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, scores[at + i]);
    }
    Arrays.fill(scratch, 0, LANES, 0f);
    for (int i = 0; i < n; i++) {
      float e = Exp.of(scores[at + i] - max);
      scores[at + i] = e;
      scratch[i % LANES] += e;
    }
    return Kernels.tree(scratch);
  }

  @Override
  public void swiglu(float[] h, int gateAt, int upAt, float[] z, int zAt, int n) {
    for (int i = 0; i < n; i++) {
      float g = h[gateAt + i];
      z[zAt + i] = g / (1f + Exp.of(-g)) * h[upAt + i];
    }
  }

  @Override
  public void relu2(float[] h, int hAt, float[] z, int zAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.max(0f, h[hAt + i]);
      z[zAt + i] = v * v;
    }
  }

  @Override
  public void gelu(float[] h, int hAt, float[] z, int zAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = h[hAt + i];
      z[zAt + i] = v / (1f + Exp.of(v * Math.fma(v * v, GELU_3, GELU_1)));
    }
  }

  @Override
  public float quantise(float[] x, int at, int n) {
    float max = 0;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, Math.abs(x[at + i]));
    }
    if (max == 0) {
      return 0;
    }
    float inverse = Math.min(127f / max, Float.MAX_VALUE);
    for (int i = 0; i < n; i++) {
      x[at + i] = (x[at + i] * inverse + Exp.ROUND) - Exp.ROUND;
    }
    return max / 127f;
  }
}
