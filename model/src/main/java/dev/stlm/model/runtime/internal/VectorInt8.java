package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.VectorKernels.BYTES;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of few rows with 8-bit integers, each turned into a float where it is used: cheaper than
 * decoding a panel first, which pays for many rows only. For vectors of at least 8 floats.
 */
final class VectorInt8 {
  /** Rows from which decoding a panel first is faster. */
  static final int FEW = 8;

  private VectorInt8() {}

  /** See {@link Kernels#multiplyInt8}. */
  static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      byte[] b,
      int bAt,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      int cStride,
      boolean accumulate) {
    int i = 0;
    if (n % (4 * WIDTH) == 0) {
      for (; i + 4 <= m; i += 4) {
        for (int j = 0; j < n; j += 2 * WIDTH) {
          tile4x2(
              k,
              a,
              aAt + i * aStride,
              aStride,
              aScale,
              aScaleAt + i * aScaleStride,
              aScaleStride,
              b,
              bAt + j,
              n,
              bScale,
              bScaleAt + j,
              c,
              cAt + i * cStride + j,
              cStride,
              accumulate);
        }
      }
      for (; i + 2 <= m; i += 2) {
        for (int j = 0; j < n; j += 4 * WIDTH) {
          tile2x4(
              k,
              a,
              aAt + i * aStride,
              aStride,
              aScale,
              aScaleAt + i * aScaleStride,
              aScaleStride,
              b,
              bAt + j,
              n,
              bScale,
              bScaleAt + j,
              c,
              cAt + i * cStride + j,
              cStride,
              accumulate);
        }
      }
    }
    for (; i < m; i++) {
      int ai = aAt + i * aStride;
      int ci = cAt + i * cStride;
      float scale = aScale[aScaleAt + i * aScaleStride];
      int j = 0;
      for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) {
        tile1x4(k, a, ai, scale, b, bAt + j, n, bScale, bScaleAt + j, c, ci + j, accumulate);
      }
      for (; j < n; j += WIDTH) {
        tile1x1(k, a, ai, scale, b, bAt + j, n, bScale, bScaleAt + j, c, ci + j, accumulate);
      }
    }
  }

  /** 4 rows times 2 vectors of columns. */
  private static void tile4x2(
      int k,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      byte[] b,
      int bAt,
      int bStride,
      float[] bScale,
      int bScaleAt,
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
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = floats(b, p);
      FloatVector b1 = floats(b, p + WIDTH);
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
    float scale = aScale[aScaleAt];
    scaled(s00, scale, bScale, bScaleAt, c, cAt, accumulate);
    scaled(s01, scale, bScale, bScaleAt + WIDTH, c, cAt + WIDTH, accumulate);
    scale = aScale[aScaleAt + aScaleStride];
    scaled(s10, scale, bScale, bScaleAt, c, cAt + cStride, accumulate);
    scaled(s11, scale, bScale, bScaleAt + WIDTH, c, cAt + cStride + WIDTH, accumulate);
    scale = aScale[aScaleAt + 2 * aScaleStride];
    scaled(s20, scale, bScale, bScaleAt, c, cAt + 2 * cStride, accumulate);
    scaled(s21, scale, bScale, bScaleAt + WIDTH, c, cAt + 2 * cStride + WIDTH, accumulate);
    scale = aScale[aScaleAt + 3 * aScaleStride];
    scaled(s30, scale, bScale, bScaleAt, c, cAt + 3 * cStride, accumulate);
    scaled(s31, scale, bScale, bScaleAt + WIDTH, c, cAt + 3 * cStride + WIDTH, accumulate);
  }

  /** 2 rows times 4 vectors of columns. */
  private static void tile2x4(
      int k,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      byte[] b,
      int bAt,
      int bStride,
      float[] bScale,
      int bScaleAt,
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
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector b0 = floats(b, p);
      FloatVector b1 = floats(b, p + WIDTH);
      FloatVector b2 = floats(b, p + 2 * WIDTH);
      FloatVector b3 = floats(b, p + 3 * WIDTH);
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
    float scale = aScale[aScaleAt];
    scaled(s00, scale, bScale, bScaleAt, c, cAt, accumulate);
    scaled(s01, scale, bScale, bScaleAt + WIDTH, c, cAt + WIDTH, accumulate);
    scaled(s02, scale, bScale, bScaleAt + 2 * WIDTH, c, cAt + 2 * WIDTH, accumulate);
    scaled(s03, scale, bScale, bScaleAt + 3 * WIDTH, c, cAt + 3 * WIDTH, accumulate);
    scale = aScale[aScaleAt + aScaleStride];
    scaled(s10, scale, bScale, bScaleAt, c, cAt + cStride, accumulate);
    scaled(s11, scale, bScale, bScaleAt + WIDTH, c, cAt + cStride + WIDTH, accumulate);
    scaled(s12, scale, bScale, bScaleAt + 2 * WIDTH, c, cAt + cStride + 2 * WIDTH, accumulate);
    scaled(s13, scale, bScale, bScaleAt + 3 * WIDTH, c, cAt + cStride + 3 * WIDTH, accumulate);
  }

  private static FloatVector floats(byte[] b, int at) {
    return (FloatVector)
        ByteVector.fromArray(BYTES, b, at).convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  /** 1 row times 4 vectors of columns. */
  private static void tile1x4(
      int k,
      float[] a,
      int aAt,
      float rowScale,
      byte[] b,
      int bAt,
      int bStride,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s0 = x.fma(floats(b, p), s0);
      s1 = x.fma(floats(b, p + WIDTH), s1);
      s2 = x.fma(floats(b, p + 2 * WIDTH), s2);
      s3 = x.fma(floats(b, p + 3 * WIDTH), s3);
      p += bStride;
    }
    scaled(s0, rowScale, bScale, bScaleAt, c, cAt, accumulate);
    scaled(s1, rowScale, bScale, bScaleAt + WIDTH, c, cAt + WIDTH, accumulate);
    scaled(s2, rowScale, bScale, bScaleAt + 2 * WIDTH, c, cAt + 2 * WIDTH, accumulate);
    scaled(s3, rowScale, bScale, bScaleAt + 3 * WIDTH, c, cAt + 3 * WIDTH, accumulate);
  }

  /** 1 row times 1 vector of columns. */
  private static void tile1x1(
      int k,
      float[] a,
      int aAt,
      float rowScale,
      byte[] b,
      int bAt,
      int bStride,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector s = FloatVector.zero(FLOATS);
    int p = bAt;
    for (int i = aAt; i < aAt + k; i++) {
      s = FloatVector.broadcast(FLOATS, a[i]).fma(floats(b, p), s);
      p += bStride;
    }
    scaled(s, rowScale, bScale, bScaleAt, c, cAt, accumulate);
  }

  private static void scaled(
      FloatVector sum,
      float rowScale,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      boolean accumulate) {
    FloatVector start =
        accumulate ? FloatVector.fromArray(FLOATS, c, cAt) : FloatVector.zero(FLOATS);
    sum.fma(FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(rowScale), start).intoArray(c, cAt);
  }
}
