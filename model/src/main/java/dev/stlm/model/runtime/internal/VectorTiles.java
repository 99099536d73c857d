package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product: the sums of a few rows of A and a few vectors of columns of B
 * stay in registers while k runs.
 *
 * <p>Four rows by four vectors is 16 sums, 4 vectors of B and 1 of A: it fits 32 registers, not 16.
 * Larger tiles are several times slower, since the compiler then spills.
 */
final class VectorTiles {
  /** Whether 16 sums fit the registers. */
  static final boolean MANY_REGISTERS = WIDTH != 8;

  private VectorTiles() {}

  /** See {@link Kernels#multiply}. */
  static void multiply(
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
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      int ai = aAt + i * aStride;
      int ci = cAt + i * cStride;
      int j = 0;
      if (MANY_REGISTERS) {
        for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) {
          tile4x4(k, a, ai, aStride, b, bAt + j, bStride, c, ci + j, cStride, accumulate);
        }
      }
      for (; j + 2 * WIDTH <= n; j += 2 * WIDTH) {
        tile4x2(k, a, ai, aStride, b, bAt + j, bStride, c, ci + j, cStride, accumulate);
      }
      for (; j < n; j += WIDTH) {
        tile4x1(k, a, ai, aStride, b, bAt + j, bStride, c, ci + j, cStride, accumulate);
      }
    }
    if (i + 2 <= m && n % (4 * WIDTH) == 0) {
      for (int j = 0; j < n; j += 4 * WIDTH) {
        int ai = aAt + i * aStride;
        int ci = cAt + i * cStride + j;
        tile2x4(k, a, ai, aStride, b, bAt + j, bStride, c, ci, cStride, accumulate);
      }
      i += 2;
    }
    for (; i < m; i++) {
      int ai = aAt + i * aStride;
      int ci = cAt + i * cStride;
      int j = 0;
      for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) {
        tile1x4(k, a, ai, b, bAt + j, bStride, c, ci + j, accumulate);
      }
      for (; j + 2 * WIDTH <= n; j += 2 * WIDTH) {
        tile1x2(k, a, ai, b, bAt + j, bStride, c, ci + j, accumulate);
      }
      for (; j < n; j += WIDTH) {
        tile1x1(k, a, ai, b, bAt + j, bStride, c, ci + j, accumulate);
      }
    }
  }

  /** 4 rows of A times 4 vectors of B. */
  private static void tile4x4(
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
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s02 = FloatVector.zero(FLOATS);
    FloatVector s03 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s12 = FloatVector.zero(FLOATS);
    FloatVector s13 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s21 = FloatVector.zero(FLOATS);
    FloatVector s22 = FloatVector.zero(FLOATS);
    FloatVector s23 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s31 = FloatVector.zero(FLOATS);
    FloatVector s32 = FloatVector.zero(FLOATS);
    FloatVector s33 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s01 = FloatVector.fromArray(FLOATS, c, cAt + WIDTH);
      s02 = FloatVector.fromArray(FLOATS, c, cAt + 2 * WIDTH);
      s03 = FloatVector.fromArray(FLOATS, c, cAt + 3 * WIDTH);
      s10 = FloatVector.fromArray(FLOATS, c, cAt + cStride);
      s11 = FloatVector.fromArray(FLOATS, c, cAt + cStride + WIDTH);
      s12 = FloatVector.fromArray(FLOATS, c, cAt + cStride + 2 * WIDTH);
      s13 = FloatVector.fromArray(FLOATS, c, cAt + cStride + 3 * WIDTH);
      s20 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride);
      s21 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride + WIDTH);
      s22 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride + 2 * WIDTH);
      s23 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride + 3 * WIDTH);
      s30 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride);
      s31 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride + WIDTH);
      s32 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride + 2 * WIDTH);
      s33 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride + 3 * WIDTH);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + WIDTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, p + 2 * WIDTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, p + 3 * WIDTH);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FloatVector.broadcast(FLOATS, a[i + aStride]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
      x = FloatVector.broadcast(FLOATS, a[i + 2 * aStride]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      s23 = x.fma(b3, s23);
      x = FloatVector.broadcast(FLOATS, a[i + 3 * aStride]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      s33 = x.fma(b3, s33);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + WIDTH);
    s02.intoArray(c, cAt + 2 * WIDTH);
    s03.intoArray(c, cAt + 3 * WIDTH);
    s10.intoArray(c, cAt + cStride);
    s11.intoArray(c, cAt + cStride + WIDTH);
    s12.intoArray(c, cAt + cStride + 2 * WIDTH);
    s13.intoArray(c, cAt + cStride + 3 * WIDTH);
    s20.intoArray(c, cAt + 2 * cStride);
    s21.intoArray(c, cAt + 2 * cStride + WIDTH);
    s22.intoArray(c, cAt + 2 * cStride + 2 * WIDTH);
    s23.intoArray(c, cAt + 2 * cStride + 3 * WIDTH);
    s30.intoArray(c, cAt + 3 * cStride);
    s31.intoArray(c, cAt + 3 * cStride + WIDTH);
    s32.intoArray(c, cAt + 3 * cStride + 2 * WIDTH);
    s33.intoArray(c, cAt + 3 * cStride + 3 * WIDTH);
  }

  /** 4 rows of A times 2 vectors of B. */
  private static void tile4x2(
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
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s21 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s31 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s01 = FloatVector.fromArray(FLOATS, c, cAt + WIDTH);
      s10 = FloatVector.fromArray(FLOATS, c, cAt + cStride);
      s11 = FloatVector.fromArray(FLOATS, c, cAt + cStride + WIDTH);
      s20 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride);
      s21 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride + WIDTH);
      s30 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride);
      s31 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride + WIDTH);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + WIDTH);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(FLOATS, a[i + aStride]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(FLOATS, a[i + 2 * aStride]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(FLOATS, a[i + 3 * aStride]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + WIDTH);
    s10.intoArray(c, cAt + cStride);
    s11.intoArray(c, cAt + cStride + WIDTH);
    s20.intoArray(c, cAt + 2 * cStride);
    s21.intoArray(c, cAt + 2 * cStride + WIDTH);
    s30.intoArray(c, cAt + 3 * cStride);
    s31.intoArray(c, cAt + 3 * cStride + WIDTH);
  }

  /** 4 rows of A times 1 vector of B. */
  private static void tile4x1(
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
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s10 = FloatVector.fromArray(FLOATS, c, cAt + cStride);
      s20 = FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride);
      s30 = FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(FLOATS, a[i + aStride]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(FLOATS, a[i + 2 * aStride]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(FLOATS, a[i + 3 * aStride]);
      s30 = x.fma(b0, s30);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s10.intoArray(c, cAt + cStride);
    s20.intoArray(c, cAt + 2 * cStride);
    s30.intoArray(c, cAt + 3 * cStride);
  }

  /** 2 rows of A times 4 vectors of B. */
  private static void tile2x4(
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
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s02 = FloatVector.zero(FLOATS);
    FloatVector s03 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s12 = FloatVector.zero(FLOATS);
    FloatVector s13 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s01 = FloatVector.fromArray(FLOATS, c, cAt + WIDTH);
      s02 = FloatVector.fromArray(FLOATS, c, cAt + 2 * WIDTH);
      s03 = FloatVector.fromArray(FLOATS, c, cAt + 3 * WIDTH);
      s10 = FloatVector.fromArray(FLOATS, c, cAt + cStride);
      s11 = FloatVector.fromArray(FLOATS, c, cAt + cStride + WIDTH);
      s12 = FloatVector.fromArray(FLOATS, c, cAt + cStride + 2 * WIDTH);
      s13 = FloatVector.fromArray(FLOATS, c, cAt + cStride + 3 * WIDTH);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + WIDTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, p + 2 * WIDTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, p + 3 * WIDTH);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FloatVector.broadcast(FLOATS, a[i + aStride]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + WIDTH);
    s02.intoArray(c, cAt + 2 * WIDTH);
    s03.intoArray(c, cAt + 3 * WIDTH);
    s10.intoArray(c, cAt + cStride);
    s11.intoArray(c, cAt + cStride + WIDTH);
    s12.intoArray(c, cAt + cStride + 2 * WIDTH);
    s13.intoArray(c, cAt + cStride + 3 * WIDTH);
  }

  /** 1 row of A times 4 vectors of B. */
  private static void tile1x4(
      int k,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s02 = FloatVector.zero(FLOATS);
    FloatVector s03 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s01 = FloatVector.fromArray(FLOATS, c, cAt + WIDTH);
      s02 = FloatVector.fromArray(FLOATS, c, cAt + 2 * WIDTH);
      s03 = FloatVector.fromArray(FLOATS, c, cAt + 3 * WIDTH);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + WIDTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, p + 2 * WIDTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, p + 3 * WIDTH);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + WIDTH);
    s02.intoArray(c, cAt + 2 * WIDTH);
    s03.intoArray(c, cAt + 3 * WIDTH);
  }

  /** 1 row of A times 2 vectors of B. */
  private static void tile1x2(
      int k,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
      s01 = FloatVector.fromArray(FLOATS, c, cAt + WIDTH);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + WIDTH);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      p += bStride;
    }
    s00.intoArray(c, cAt);
    s01.intoArray(c, cAt + WIDTH);
  }

  /** 1 row of A times 1 vector of B. */
  private static void tile1x1(
      int k,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStride,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    if (accumulate) {
      s00 = FloatVector.fromArray(FLOATS, c, cAt);
    }
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s00 = x.fma(b0, s00);
      p += bStride;
    }
    s00.intoArray(c, cAt);
  }
}
