package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.PackedMatrix.INTERLEAVED;
import static dev.stlm.model.runtime.internal.VectorInt4.SHORTS;
import static dev.stlm.model.runtime.internal.VectorInt4.UPPER;
import static dev.stlm.model.runtime.internal.VectorInt8.BYTES;
import static dev.stlm.model.runtime.internal.VectorInt8.LANES;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of four rows with 8-bit integers, which are widened to floats in registers: between the
 * products they cost little, and no panel is decoded first. Sums and totals stay in registers, too.
 */
final class VectorInt8Rows {
  /** Rows at a time. */
  static final int ROWS = 4;

  /** Products of so many rows pay for a decoded panel where there are registers for large tiles. */
  private static final int DECODE_FROM = 12;

  private VectorInt8Rows() {}

  /** Whether this is the fastest way for so many rows and columns. */
  static boolean pays(int m, int n) {
    return n % INTERLEAVED == 0 && (m < DECODE_FROM || !VectorTiles.MANY_REGISTERS);
  }

  /** {@link #ROWS} rows times all blocks; see {@link Kernels#multiplyInt8}. */
  static void multiply(
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
      int cStride) {
    for (int j = 0; j < n; j += INTERLEAVED) {
      for (int lane = 0; lane < INTERLEAVED; lane += LANES) {
        int column = j + lane / 2;
        tile(
            block,
            blocks,
            a,
            aAt,
            aStride,
            aScale,
            aScaleAt,
            b,
            j + lane,
            n,
            bScale,
            column,
            c,
            cAt + column,
            cStride);
      }
    }
  }

  /** 4 rows of A times one vector of bytes, which is two of floats. */
  private static void tile(
      int block,
      int blocks,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      byte[] b,
      int bAt,
      int n,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      int cStride) {
    FloatVector t00 = FloatVector.zero(FLOATS);
    FloatVector t01 = FloatVector.zero(FLOATS);
    FloatVector t10 = FloatVector.zero(FLOATS);
    FloatVector t11 = FloatVector.zero(FLOATS);
    FloatVector t20 = FloatVector.zero(FLOATS);
    FloatVector t21 = FloatVector.zero(FLOATS);
    FloatVector t30 = FloatVector.zero(FLOATS);
    FloatVector t31 = FloatVector.zero(FLOATS);
    int p = bAt;
    int i = aAt;
    for (int t = 0; t < blocks; t++) {
      FloatVector s00 = FloatVector.zero(FLOATS);
      FloatVector s01 = FloatVector.zero(FLOATS);
      FloatVector s10 = FloatVector.zero(FLOATS);
      FloatVector s11 = FloatVector.zero(FLOATS);
      FloatVector s20 = FloatVector.zero(FLOATS);
      FloatVector s21 = FloatVector.zero(FLOATS);
      FloatVector s30 = FloatVector.zero(FLOATS);
      FloatVector s31 = FloatVector.zero(FLOATS);
      for (int end = i + block; i < end; i++) {
        IntVector w =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2S, SHORTS, 0))
                .reinterpretAsInts();
        FloatVector b0 =
            (FloatVector)
                w.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .lanewise(VectorOperators.ASHR, Short.SIZE)
                    .convertShape(VectorOperators.I2F, FLOATS, 0);
        FloatVector b1 =
            (FloatVector)
                w.lanewise(VectorOperators.ASHR, Short.SIZE)
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
        p += n;
      }
      float x0 = aScale[aScaleAt + t];
      float x1 = aScale[aScaleAt + blocks + t];
      float x2 = aScale[aScaleAt + 2 * blocks + t];
      float x3 = aScale[aScaleAt + 3 * blocks + t];
      FloatVector y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + t * n);
      t00 = s00.fma(y.mul(x0), t00);
      t10 = s10.fma(y.mul(x1), t10);
      t20 = s20.fma(y.mul(x2), t20);
      t30 = s30.fma(y.mul(x3), t30);
      y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + t * n + UPPER);
      t01 = s01.fma(y.mul(x0), t01);
      t11 = s11.fma(y.mul(x1), t11);
      t21 = s21.fma(y.mul(x2), t21);
      t31 = s31.fma(y.mul(x3), t31);
    }
    t00.intoArray(c, cAt);
    t01.intoArray(c, cAt + UPPER);
    t10.intoArray(c, cAt + cStride);
    t11.intoArray(c, cAt + cStride + UPPER);
    t20.intoArray(c, cAt + 2 * cStride);
    t21.intoArray(c, cAt + 2 * cStride + UPPER);
    t30.intoArray(c, cAt + 3 * cStride);
    t31.intoArray(c, cAt + 3 * cStride + UPPER);
  }
}
