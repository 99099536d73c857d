package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.VectorKernels.BYTES;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.INTS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of few rows with 8-bit integers, each turned into a float where it is used: cheaper than
 * decoding a panel first, which pays for many rows only. For vectors of at least 8 floats.
 *
 * <p>Vectors never pass from method to method here, and bytes become floats by way of integers:
 * compilers that work ahead of time keep vectors in registers only so.
 */
final class VectorInt8 {
  /**
   * Rows from which decoding a panel first is faster: for compilers that unroll the decoding, which
   * those that work ahead of time do not.
   */
  static final int FEW =
      System.getProperty("org.graalvm.nativeimage.imagecode") == null ? 8 : Integer.MAX_VALUE;

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
      FloatVector b0 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b1 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
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
    FloatVector zero = FloatVector.zero(FLOATS);
    float scale = aScale[aScaleAt];
    s00 =
        s00.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt) : zero);
    s00.intoArray(c, cAt);
    s01 =
        s01.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + WIDTH) : zero);
    s01.intoArray(c, cAt + WIDTH);
    scale = aScale[aScaleAt + aScaleStride];
    s10 =
        s10.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride) : zero);
    s10.intoArray(c, cAt + cStride);
    s11 =
        s11.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride + WIDTH) : zero);
    s11.intoArray(c, cAt + cStride + WIDTH);
    scale = aScale[aScaleAt + 2 * aScaleStride];
    s20 =
        s20.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride) : zero);
    s20.intoArray(c, cAt + 2 * cStride);
    s21 =
        s21.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 2 * cStride + WIDTH) : zero);
    s21.intoArray(c, cAt + 2 * cStride + WIDTH);
    scale = aScale[aScaleAt + 3 * aScaleStride];
    s30 =
        s30.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride) : zero);
    s30.intoArray(c, cAt + 3 * cStride);
    s31 =
        s31.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 3 * cStride + WIDTH) : zero);
    s31.intoArray(c, cAt + 3 * cStride + WIDTH);
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
      FloatVector b0 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b1 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b2 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + 2 * WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b3 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + 3 * WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
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
    FloatVector zero = FloatVector.zero(FLOATS);
    float scale = aScale[aScaleAt];
    s00 =
        s00.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt) : zero);
    s00.intoArray(c, cAt);
    s01 =
        s01.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + WIDTH) : zero);
    s01.intoArray(c, cAt + WIDTH);
    s02 =
        s02.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 2 * WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 2 * WIDTH) : zero);
    s02.intoArray(c, cAt + 2 * WIDTH);
    s03 =
        s03.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 3 * WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 3 * WIDTH) : zero);
    s03.intoArray(c, cAt + 3 * WIDTH);
    scale = aScale[aScaleAt + aScaleStride];
    s10 =
        s10.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride) : zero);
    s10.intoArray(c, cAt + cStride);
    s11 =
        s11.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride + WIDTH) : zero);
    s11.intoArray(c, cAt + cStride + WIDTH);
    s12 =
        s12.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 2 * WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride + 2 * WIDTH) : zero);
    s12.intoArray(c, cAt + cStride + 2 * WIDTH);
    s13 =
        s13.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 3 * WIDTH).mul(scale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + cStride + 3 * WIDTH) : zero);
    s13.intoArray(c, cAt + cStride + 3 * WIDTH);
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
      FloatVector b0 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b1 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b2 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + 2 * WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector b3 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p + 3 * WIDTH)
                          .convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
      s0 = x.fma(b0, s0);
      s1 = x.fma(b1, s1);
      s2 = x.fma(b2, s2);
      s3 = x.fma(b3, s3);
      p += bStride;
    }
    FloatVector zero = FloatVector.zero(FLOATS);
    s0 =
        s0.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(rowScale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt) : zero);
    s0.intoArray(c, cAt);
    s1 =
        s1.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH).mul(rowScale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + WIDTH) : zero);
    s1.intoArray(c, cAt + WIDTH);
    s2 =
        s2.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 2 * WIDTH).mul(rowScale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 2 * WIDTH) : zero);
    s2.intoArray(c, cAt + 2 * WIDTH);
    s3 =
        s3.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt + 3 * WIDTH).mul(rowScale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt + 3 * WIDTH) : zero);
    s3.intoArray(c, cAt + 3 * WIDTH);
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
      FloatVector b0 =
          (FloatVector)
              ((IntVector)
                      ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0);
      s = FloatVector.broadcast(FLOATS, a[i]).fma(b0, s);
      p += bStride;
    }
    FloatVector zero = FloatVector.zero(FLOATS);
    s =
        s.fma(
            FloatVector.fromArray(FLOATS, bScale, bScaleAt).mul(rowScale),
            accumulate ? FloatVector.fromArray(FLOATS, c, cAt) : zero);
    s.intoArray(c, cAt);
  }

  /**
   * Turns bytes into floats.
   *
   * @param n a multiple of {@link Kernels#LANES}
   */
  static void widen(byte[] b, int bAt, int n, float[] out) {
    if (WIDTH > 4) {
      for (int p = 0; p < n; p += WIDTH) {
        ((FloatVector)
                ((IntVector)
                        ByteVector.fromArray(BYTES, b, bAt + p)
                            .convertShape(VectorOperators.B2I, INTS, 0))
                    .convertShape(VectorOperators.I2F, FLOATS, 0))
            .intoArray(out, p);
      }
      return;
    }
    // one load feeds two vectors
    for (int p = 0; p < n; p += 2 * WIDTH) {
      ByteVector bytes = ByteVector.fromArray(BYTES, b, bAt + p);
      ((FloatVector)
              ((IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 0))
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .intoArray(out, p);
      ((FloatVector)
              ((IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 1))
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .intoArray(out, p + WIDTH);
    }
  }
}
