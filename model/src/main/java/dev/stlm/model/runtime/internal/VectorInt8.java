package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.PackedMatrix.INTERLEAVED;
import static dev.stlm.model.runtime.internal.VectorInt4.NEXT;
import static dev.stlm.model.runtime.internal.VectorInt4.SHORTS;
import static dev.stlm.model.runtime.internal.VectorInt4.UPPER;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.INTS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with 8-bit integers, one block of inputs at a time.
 *
 * <p>For few rows they are made row by row in 16-bit lanes: two of them fill 16 bits, and their sum
 * is widened and added in 32 bits. (The same for two rows at once is several times slower: more
 * sums than the compiler keeps in registers.) For many rows the block is decoded to floats first,
 * which pays then.
 *
 * <p>Vectors never pass from method to method here: compilers that work ahead of time keep vectors
 * in registers only so.
 */
final class VectorInt8 {
  private static final int LANES = SHORTS.length();
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
  private static final int COLUMNS = VectorInt4.COLUMNS;
  private static final int SUM_ROWS = PackedInt8.SUM_ROWS;

  private VectorInt8() {}

  /**
   * One row times all blocks, for vectors of at least 8 floats; see {@link Kernels#multiplyInt8}.
   *
   * @param x {@code blocks · block} to work in
   */
  static void one(
      int n,
      int block,
      int blocks,
      float[] a,
      int aAt,
      float[] aScale,
      int aScaleAt,
      byte[] b,
      float[] bScale,
      float[] c,
      int cAt,
      short[] x) {
    VectorInt4.toShorts(a, aAt, block * blocks, x, 0);
    int whole = n / COLUMNS * COLUMNS;
    for (int j = 0; j < whole; j += COLUMNS) {
      oneRow(block, blocks, x, aScale, aScaleAt, b, j, n, bScale, c, cAt + j);
    }
    for (int t = 0; t < blocks && whole < n; t++) {
      rest(
          block,
          x,
          t * block,
          aScale[aScaleAt + t],
          b,
          t * block * n,
          whole,
          n,
          bScale,
          t * n,
          c,
          cAt,
          t > 0);
    }
  }

  /** The columns of one row from one on: those of a last, narrower panel. */
  private static void rest(
      int k,
      short[] x,
      int xAt,
      float rowScale,
      byte[] b,
      int bAt,
      int from,
      int n,
      float[] bScale,
      int bScaleAt,
      float[] c,
      int cAt,
      boolean accumulate) {
    for (int j = from; j < n; j++) {
      int p = bAt + PackedMatrix.lane(j, n);
      int sum = 0;
      for (int i = 0; i < k; i++) {
        sum += x[xAt + i] * b[p];
        p += n;
      }
      c[cAt + j] =
          Math.fma((float) sum, rowScale * bScale[bScaleAt + j], accumulate ? c[cAt + j] : 0f);
    }
  }

  /** 1 row times 2 vectors of columns. */
  private static void oneRow(
      int block,
      int blocks,
      short[] x,
      float[] aScale,
      int aScaleAt,
      byte[] b,
      int bAt,
      int n,
      float[] bScale,
      float[] c,
      int cAt) {
    FloatVector f0 = FloatVector.zero(FLOATS);
    FloatVector f1 = FloatVector.zero(FLOATS);
    FloatVector f2 = FloatVector.zero(FLOATS);
    FloatVector f3 = FloatVector.zero(FLOATS);
    int p = bAt;
    int i = 0;
    for (int t = 0; t < blocks; t++) {
      IntVector l0 = IntVector.zero(INTS);
      IntVector u0 = IntVector.zero(INTS);
      IntVector l1 = IntVector.zero(INTS);
      IntVector u1 = IntVector.zero(INTS);
      int end = i + block;
      for (; i < end - 1; i += 2) {
        ShortVector y0 = ShortVector.broadcast(SHORTS, x[i]);
        ShortVector y1 = ShortVector.broadcast(SHORTS, x[i + 1]);
        IntVector s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l0 =
            l0.add(
                s.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .lanewise(VectorOperators.ASHR, Short.SIZE));
        u0 = u0.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n + LANES)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l1 =
            l1.add(
                s.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .lanewise(VectorOperators.ASHR, Short.SIZE));
        u1 = u1.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        p += 2 * n;
      }
      if (i < end) {
        ShortVector y = ShortVector.broadcast(SHORTS, x[i]);
        IntVector s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y)
                .reinterpretAsInts();
        l0 =
            l0.add(
                s.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .lanewise(VectorOperators.ASHR, Short.SIZE));
        u0 = u0.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y)
                .reinterpretAsInts();
        l1 =
            l1.add(
                s.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .lanewise(VectorOperators.ASHR, Short.SIZE));
        u1 = u1.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        p += n;
        i++;
      }
      float scale = aScale[aScaleAt + t];
      int s = t * n + bAt;
      f0 =
          ((FloatVector) l0.convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s).mul(scale), f0);
      f1 =
          ((FloatVector) u0.convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + UPPER).mul(scale), f1);
      f2 =
          ((FloatVector) l1.convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + NEXT).mul(scale), f2);
      f3 =
          ((FloatVector) u1.convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + NEXT + UPPER).mul(scale), f3);
    }
    f0.intoArray(c, cAt);
    f1.intoArray(c, cAt + UPPER);
    f2.intoArray(c, cAt + NEXT);
    f3.intoArray(c, cAt + NEXT + UPPER);
  }

  /**
   * Many rows times all blocks; see {@link Kernels#multiplyInt8}.
   *
   * <p>The panel is decoded once. Then some rows at a time go over all blocks, so that what is read
   * and written for each of them stays in a first-level cache: rows of C lie so far apart that they
   * would push each other out.
   */
  static void many(
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
    int sums = block * blocks * n;
    int totals = sums + SUM_ROWS * n;
    for (int i = 0; i < m; i += SUM_ROWS) {
      int rows = Math.min(SUM_ROWS, m - i);
      for (int t = 0; t < blocks; t++) {
        VectorTiles.multiply(
            rows,
            n,
            block,
            a,
            aAt + i * aStride + t * block,
            aStride,
            scratch,
            t * block * n,
            n,
            scratch,
            sums,
            n,
            false);
        addSums(
            rows,
            n,
            aScale,
            aScaleAt + i * blocks + t,
            blocks,
            bScale,
            t * n,
            scratch,
            sums,
            totals,
            t > 0);
      }
      for (int r = 0; r < rows; r++) {
        System.arraycopy(scratch, totals + r * n, c, cAt + (i + r) * cStride, n);
      }
    }
  }

  private static void addSums(
      int rows,
      int n,
      float[] aScale,
      int aScaleAt,
      int aScaleStride,
      float[] bScale,
      int bScaleAt,
      float[] scratch,
      int sums,
      int totals,
      boolean accumulate) {
    for (int r = 0; r < rows; r++) {
      float rowScale = aScale[aScaleAt + r * aScaleStride];
      int row = r * n;
      for (int j = 0; j < n; j += WIDTH) {
        FloatVector scale = FloatVector.fromArray(FLOATS, bScale, bScaleAt + j).mul(rowScale);
        FloatVector start = FloatVector.zero(FLOATS);
        if (accumulate) {
          start = FloatVector.fromArray(FLOATS, scratch, totals + row + j);
        }
        FloatVector.fromArray(FLOATS, scratch, sums + row + j)
            .fma(scale, start)
            .intoArray(scratch, totals + row + j);
      }
    }
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
