package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.PackedMatrix.INTERLEAVED;
import static dev.stlm.model.runtime.internal.VectorInt4.SHORTS;
import static dev.stlm.model.runtime.internal.VectorInt4.UPPER;
import static dev.stlm.model.runtime.internal.VectorInt8.BYTES;
import static dev.stlm.model.runtime.internal.VectorInt8.LANES;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of many rows with 8-bit integers: the panel is decoded to floats, which pays then, and
 * register tiles as in {@link VectorTiles} make the sums of a block and scale them while they are
 * still in registers.
 */
final class VectorInt8Tiles {
  private static final int SUM_ROWS = PackedInt8.SUM_ROWS;
  private static final int TILE_ROWS = 4;

  private VectorInt8Tiles() {}

  /**
   * Many rows times all blocks; see {@link Kernels#multiplyInt8}.
   *
   * <p>Some rows at a time go over all blocks, so that what is read and written for each of them
   * stays in a first-level cache: rows of C lie so far apart that they would push each other out.
   */
  static void multiply(
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
      float[] scratch) {
    decode(b, block * blocks, n, scratch);
    int totals = block * blocks * n;
    for (int i = 0; i < m; i += SUM_ROWS) {
      int rows = Math.min(SUM_ROWS, m - i);
      Arrays.fill(scratch, totals, totals + rows * n, 0);
      for (int t = 0; t < blocks; t++) {
        addBlock(
            rows,
            n,
            block,
            a,
            aAt + i * aStride + t * block,
            aStride,
            aScale,
            aScaleAt + i * blocks + t,
            blocks,
            t,
            bScale,
            scratch,
            totals);
      }
      for (int r = 0; r < rows; r++) {
        System.arraycopy(scratch, totals + r * n, c, cAt + (i + r) * cStride, n);
      }
    }
  }

  /**
   * Adds the products of one block to the totals of some rows.
   *
   * @param t number of the block
   * @param scratch the decoded panel, {@code [rows, n]} totals, and as much room for sums
   */
  private static void addBlock(
      int rows,
      int n,
      int block,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      int t,
      float[] bScale,
      float[] scratch,
      int totals) {
    int bAt = t * block * n;
    int tiledRows = rows / TILE_ROWS * TILE_ROWS;
    int tiledColumns = n / (2 * WIDTH) * (2 * WIDTH);
    for (int r = 0; r < tiledRows; r += TILE_ROWS) {
      int ai = aAt + r * aStride;
      int si = aScaleAt + r * aScaleStride;
      int ci = totals + r * n;
      int j = 0;
      if (VectorTiles.MANY_REGISTERS) {
        for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) {
          tile4x4(
              block,
              a,
              ai,
              aStride,
              aScale,
              si,
              aScaleStride,
              scratch,
              bAt + j,
              n,
              bScale,
              t * n + j,
              scratch,
              ci + j);
        }
      }
      for (; j < tiledColumns; j += 2 * WIDTH) {
        tile4x2(
            block,
            a,
            ai,
            aStride,
            aScale,
            si,
            aScaleStride,
            scratch,
            bAt + j,
            n,
            bScale,
            t * n + j,
            scratch,
            ci + j);
      }
    }
    addRest(
        0,
        tiledRows,
        tiledColumns,
        n,
        block,
        a,
        aAt,
        aStride,
        aScale,
        aScaleAt,
        aScaleStride,
        t,
        bScale,
        scratch,
        totals);
    addRest(
        tiledRows,
        rows,
        0,
        n,
        block,
        a,
        aAt,
        aStride,
        aScale,
        aScaleAt,
        aScaleStride,
        t,
        bScale,
        scratch,
        totals);
  }

  /** As {@link #addBlock}, by sums in memory: rows {@code [from, to)}, columns from one on. */
  private static void addRest(
      int from,
      int to,
      int column,
      int n,
      int block,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      int t,
      float[] bScale,
      float[] scratch,
      int totals) {
    if (from == to || column == n) {
      return;
    }
    int sums = totals + SUM_ROWS * n;
    VectorTiles.multiply(
        to - from,
        n - column,
        block,
        a,
        aAt + from * aStride,
        aStride,
        scratch,
        t * block * n + column,
        n,
        scratch,
        sums + from * n + column,
        n,
        false);
    for (int r = from; r < to; r++) {
      float rowScale = aScale[aScaleAt + r * aScaleStride];
      for (int j = column; j < n; j += WIDTH) {
        int at = r * n + j;
        FloatVector scale = FloatVector.fromArray(FLOATS, bScale, t * n + j).mul(rowScale);
        FloatVector.fromArray(FLOATS, scratch, sums + at)
            .fma(scale, FloatVector.fromArray(FLOATS, scratch, totals + at))
            .intoArray(scratch, totals + at);
      }
    }
  }

  /** Adds 4 rows of A times 4 vectors of B, scaled, to C; rows of B and C are n apart. */
  private static void tile4x4(
      int block,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      float[] b,
      int bAt,
      int n,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt) {
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
    int p = bAt;
    for (int i = aAt; i < aAt + block; i++) {
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
      p += n;
    }
    float x0 = aScale[aScaleAt];
    float x1 = aScale[aScaleAt + aScaleStride];
    float x2 = aScale[aScaleAt + 2 * aScaleStride];
    float x3 = aScale[aScaleAt + 3 * aScaleStride];
    FloatVector y = FloatVector.fromArray(FLOATS, bScale, bScaleAt);
    int q = cAt;
    s00.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s10.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s20.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s30.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
    y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH);
    q = cAt + WIDTH;
    s01.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s11.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s21.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s31.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
    y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + 2 * WIDTH);
    q = cAt + 2 * WIDTH;
    s02.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s12.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s22.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s32.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
    y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + 3 * WIDTH);
    q = cAt + 3 * WIDTH;
    s03.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s13.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s23.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s33.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
  }

  /** As {@link #tile4x4} for 2 vectors of B. */
  private static void tile4x2(
      int block,
      float[] a,
      int aAt,
      int aStride,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      float[] b,
      int bAt,
      int n,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s21 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s31 = FloatVector.zero(FLOATS);
    int p = bAt;
    for (int i = aAt; i < aAt + block; i++) {
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
      p += n;
    }
    float x0 = aScale[aScaleAt];
    float x1 = aScale[aScaleAt + aScaleStride];
    float x2 = aScale[aScaleAt + 2 * aScaleStride];
    float x3 = aScale[aScaleAt + 3 * aScaleStride];
    FloatVector y = FloatVector.fromArray(FLOATS, bScale, bScaleAt);
    int q = cAt;
    s00.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s10.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s20.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s30.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
    y = FloatVector.fromArray(FLOATS, bScale, bScaleAt + WIDTH);
    q = cAt + WIDTH;
    s01.fma(y.mul(x0), FloatVector.fromArray(FLOATS, c, q)).intoArray(c, q);
    s11.fma(y.mul(x1), FloatVector.fromArray(FLOATS, c, q + n)).intoArray(c, q + n);
    s21.fma(y.mul(x2), FloatVector.fromArray(FLOATS, c, q + 2 * n)).intoArray(c, q + 2 * n);
    s31.fma(y.mul(x3), FloatVector.fromArray(FLOATS, c, q + 3 * n)).intoArray(c, q + 3 * n);
  }

  /** A panel as floats, columns in order. */
  private static void decode(byte[] b, int k, int n, float[] to) {
    int whole = n / INTERLEAVED * INTERLEAVED;
    for (int row = 0; row < k * n; row += n) {
      for (int j = 0; j < whole; j += INTERLEAVED) {
        for (int lane = 0; lane < INTERLEAVED; lane += LANES) {
          IntVector w =
              ((ShortVector)
                      ByteVector.fromArray(BYTES, b, row + j + lane)
                          .convertShape(VectorOperators.B2S, SHORTS, 0))
                  .reinterpretAsInts();
          ((FloatVector)
                  w.lanewise(VectorOperators.LSHL, Short.SIZE)
                      .lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .intoArray(to, row + j + lane / 2);
          ((FloatVector)
                  w.lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .intoArray(to, row + j + lane / 2 + UPPER);
        }
      }
      for (int j = whole; j < n; j++) {
        to[row + j] = b[row + j];
      }
    }
  }
}
