package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.PackedInt4.QUAD;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with 4-bit integers in 16-bit lanes: twice as many as of floats, and a block's sum needs
 * no wider one. What is stored is 8 too large, so sums on the way may wrap around; they start at
 * what makes up for it and end right.
 *
 * <p>Vectors never pass from method to method here, see {@link VectorInt8}.
 */
final class VectorInt4 {
  /** Twice as many numbers of 16 bits as floats. */
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());

  private static final int LANES = SHORTS.length();

  /** How far the columns in upper halves are from those in lower ones. */
  static final int UPPER = PackedMatrix.INTERLEAVED / 2;

  /** How far the columns of the second of two vectors are from those of the first. */
  static final int NEXT = LANES == PackedMatrix.INTERLEAVED ? LANES : WIDTH;

  /** Columns are taken so many at a time, in two vectors. */
  static final int COLUMNS = 2 * LANES;

  private VectorInt4() {}

  /**
   * The leading columns of {@link Kernels#multiplyInt4}.
   *
   * @param columns a multiple of {@link #COLUMNS}, at most n
   */
  static void multiply(
      int m,
      int columns,
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
      short[] x) {
    int inputs = block * blocks;
    for (int i = 0; i < m; ) {
      int rows = m - i >= Kernels.INT4_ROWS ? Kernels.INT4_ROWS : 1;
      for (int r = 0; r < rows; r++) {
        toShorts(a, aAt + (i + r) * aStride, inputs, x, r * 2 * inputs);
      }
      int scale = aScaleAt + i * 2 * blocks;
      for (int j = 0; j < columns; j += COLUMNS) {
        int to = cAt + i * cStride + j;
        if (rows == 1) {
          oneRow(block, blocks, x, aScale, scale, b, j, n, bScale, c, to);
        } else {
          fourRows(block, blocks, x, aScale, scale, b, j, n, bScale, c, to, cStride);
        }
      }
      i += rows;
    }
  }

  /**
   * Whole numbers of 16 bits, each in the lower half of 32: adding {@link Exp#ROUND} leaves them in
   * the lowest bits of a float, where a conversion is a call for each vector ahead of time.
   *
   * @param x {@code 2 · n} from {@code at} on: a number at each even place
   */
  static void toShorts(float[] a, int aAt, int n, short[] x, int at) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, a, aAt + i)
          .add(Exp.ROUND)
          .reinterpretAsInts()
          .reinterpretAsShorts()
          .intoArray(x, at + 2 * i);
    }
    for (int i = vectors; i < n; i++) {
      x[at + 2 * i] = (short) a[aAt + i];
    }
  }

  /** 1 row times 2 vectors of columns. */
  private static void oneRow(
      int block,
      int blocks,
      short[] x,
      float[] aScale,
      int aScaleAt,
      short[] b,
      int bAt,
      int n,
      float[] bScale,
      float[] c,
      int cAt) {
    FloatVector f0 = FloatVector.zero(FLOATS);
    FloatVector f1 = FloatVector.zero(FLOATS);
    FloatVector f2 = FloatVector.zero(FLOATS);
    FloatVector f3 = FloatVector.zero(FLOATS);
    ShortVector low = ShortVector.broadcast(SHORTS, (short) 15);
    int p = bAt;
    int i = 0;
    for (int t = 0; t < blocks; t++) {
      ShortVector s0 = ShortVector.broadcast(SHORTS, (short) aScale[aScaleAt + blocks + t]);
      ShortVector s1 = s0;
      for (int end = i + 2 * block; i < end; i += 2 * QUAD) {
        ShortVector w0 = ShortVector.fromArray(SHORTS, b, p);
        ShortVector w1 = ShortVector.fromArray(SHORTS, b, p + LANES);
        ShortVector y = ShortVector.broadcast(SHORTS, x[i]);
        s0 = s0.add(w0.and(low).mul(y));
        s1 = s1.add(w1.and(low).mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 2]);
        s0 = s0.add(w0.lanewise(VectorOperators.LSHR, 4).and(low).mul(y));
        s1 = s1.add(w1.lanewise(VectorOperators.LSHR, 4).and(low).mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 4]);
        s0 = s0.add(w0.lanewise(VectorOperators.LSHR, 8).and(low).mul(y));
        s1 = s1.add(w1.lanewise(VectorOperators.LSHR, 8).and(low).mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 6]);
        s0 = s0.add(w0.lanewise(VectorOperators.LSHR, 12).mul(y));
        s1 = s1.add(w1.lanewise(VectorOperators.LSHR, 12).mul(y));
        p += n;
      }
      float scale = aScale[aScaleAt + t];
      int s = t * n + bAt;
      f0 =
          ((FloatVector)
                  s0.reinterpretAsInts()
                      .lanewise(VectorOperators.LSHL, Short.SIZE)
                      .lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s).mul(scale), f0);
      f1 =
          ((FloatVector)
                  s0.reinterpretAsInts()
                      .lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + UPPER).mul(scale), f1);
      f2 =
          ((FloatVector)
                  s1.reinterpretAsInts()
                      .lanewise(VectorOperators.LSHL, Short.SIZE)
                      .lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + NEXT).mul(scale), f2);
      f3 =
          ((FloatVector)
                  s1.reinterpretAsInts()
                      .lanewise(VectorOperators.ASHR, Short.SIZE)
                      .convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, bScale, s + NEXT + UPPER).mul(scale), f3);
    }
    f0.intoArray(c, cAt);
    f1.intoArray(c, cAt + UPPER);
    f2.intoArray(c, cAt + NEXT);
    f3.intoArray(c, cAt + NEXT + UPPER);
  }

  /** 4 rows times 2 vectors of columns; the sums over blocks stay in C. */
  private static void fourRows(
      int block,
      int blocks,
      short[] x,
      float[] aScale,
      int aScaleAt,
      short[] b,
      int bAt,
      int n,
      float[] bScale,
      float[] c,
      int cAt,
      int cStride) {
    ShortVector low = ShortVector.broadcast(SHORTS, (short) 15);
    int inputs = 2 * block * blocks; // of a row in x
    int perRow = 2 * blocks;
    int sums = Kernels.INT4_ROWS * inputs;
    int p = bAt;
    int i = 0;
    for (int t = 0; t < blocks; t++) {
      int offset = aScaleAt + blocks + t;
      ShortVector s00 = ShortVector.broadcast(SHORTS, (short) aScale[offset]);
      ShortVector s01 = s00;
      ShortVector s10 = ShortVector.broadcast(SHORTS, (short) aScale[offset + perRow]);
      ShortVector s11 = s10;
      ShortVector s20 = ShortVector.broadcast(SHORTS, (short) aScale[offset + 2 * perRow]);
      ShortVector s21 = s20;
      ShortVector s30 = ShortVector.broadcast(SHORTS, (short) aScale[offset + 3 * perRow]);
      ShortVector s31 = s30;
      for (int end = i + 2 * block; i < end; i += 2 * QUAD) {
        ShortVector w0 = ShortVector.fromArray(SHORTS, b, p);
        ShortVector w1 = ShortVector.fromArray(SHORTS, b, p + LANES);
        ShortVector n0 = w0.and(low);
        ShortVector n1 = w1.and(low);
        ShortVector y = ShortVector.broadcast(SHORTS, x[i]);
        s00 = s00.add(n0.mul(y));
        s01 = s01.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + inputs]);
        s10 = s10.add(n0.mul(y));
        s11 = s11.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 2 * inputs]);
        s20 = s20.add(n0.mul(y));
        s21 = s21.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 3 * inputs]);
        s30 = s30.add(n0.mul(y));
        s31 = s31.add(n1.mul(y));
        n0 = w0.lanewise(VectorOperators.LSHR, 4).and(low);
        n1 = w1.lanewise(VectorOperators.LSHR, 4).and(low);
        y = ShortVector.broadcast(SHORTS, x[i + 2]);
        s00 = s00.add(n0.mul(y));
        s01 = s01.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 2 + inputs]);
        s10 = s10.add(n0.mul(y));
        s11 = s11.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 2 + 2 * inputs]);
        s20 = s20.add(n0.mul(y));
        s21 = s21.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 2 + 3 * inputs]);
        s30 = s30.add(n0.mul(y));
        s31 = s31.add(n1.mul(y));
        n0 = w0.lanewise(VectorOperators.LSHR, 8).and(low);
        n1 = w1.lanewise(VectorOperators.LSHR, 8).and(low);
        y = ShortVector.broadcast(SHORTS, x[i + 4]);
        s00 = s00.add(n0.mul(y));
        s01 = s01.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 4 + inputs]);
        s10 = s10.add(n0.mul(y));
        s11 = s11.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 4 + 2 * inputs]);
        s20 = s20.add(n0.mul(y));
        s21 = s21.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 4 + 3 * inputs]);
        s30 = s30.add(n0.mul(y));
        s31 = s31.add(n1.mul(y));
        n0 = w0.lanewise(VectorOperators.LSHR, 12);
        n1 = w1.lanewise(VectorOperators.LSHR, 12);
        y = ShortVector.broadcast(SHORTS, x[i + 6]);
        s00 = s00.add(n0.mul(y));
        s01 = s01.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 6 + inputs]);
        s10 = s10.add(n0.mul(y));
        s11 = s11.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 6 + 2 * inputs]);
        s20 = s20.add(n0.mul(y));
        s21 = s21.add(n1.mul(y));
        y = ShortVector.broadcast(SHORTS, x[i + 6 + 3 * inputs]);
        s30 = s30.add(n0.mul(y));
        s31 = s31.add(n1.mul(y));
        p += n;
      }
      s00.intoArray(x, sums);
      s01.intoArray(x, sums + LANES);
      s10.intoArray(x, sums + 2 * LANES);
      s11.intoArray(x, sums + 3 * LANES);
      s20.intoArray(x, sums + 4 * LANES);
      s21.intoArray(x, sums + 5 * LANES);
      s30.intoArray(x, sums + 6 * LANES);
      s31.intoArray(x, sums + 7 * LANES);
      for (int r = 0; r < Kernels.INT4_ROWS; r++) {
        addSums(
            x,
            sums + r * COLUMNS,
            aScale[aScaleAt + r * perRow + t],
            bScale,
            t * n + bAt,
            c,
            cAt + r * cStride,
            t > 0);
      }
    }
  }

  // in a method of its own: what it takes is in memory, so that the loop above stays small
  private static void addSums(
      short[] x,
      int at,
      float rowScale,
      float[] bScale,
      int s,
      float[] c,
      int to,
      boolean accumulate) {
    // 32-bit lanes: sums of the first columns in lower halves, of those further on in upper ones
    for (int half = 0; half < 2; half++) {
      IntVector sums = ShortVector.fromArray(SHORTS, x, at + half * LANES).reinterpretAsInts();
      int column = half * NEXT;
      FloatVector lower =
          ((FloatVector)
              sums.lanewise(VectorOperators.LSHL, Short.SIZE)
                  .lanewise(VectorOperators.ASHR, Short.SIZE)
                  .convertShape(VectorOperators.I2F, FLOATS, 0));
      FloatVector upper =
          ((FloatVector)
              sums.lanewise(VectorOperators.ASHR, Short.SIZE)
                  .convertShape(VectorOperators.I2F, FLOATS, 0));
      FloatVector lowerStart = FloatVector.zero(FLOATS);
      FloatVector upperStart = FloatVector.zero(FLOATS);
      if (accumulate) {
        lowerStart = FloatVector.fromArray(FLOATS, c, to + column);
        upperStart = FloatVector.fromArray(FLOATS, c, to + column + UPPER);
      }
      lower
          .fma(FloatVector.fromArray(FLOATS, bScale, s + column).mul(rowScale), lowerStart)
          .intoArray(c, to + column);
      upper
          .fma(FloatVector.fromArray(FLOATS, bScale, s + column + UPPER).mul(rowScale), upperStart)
          .intoArray(c, to + column + UPPER);
    }
  }
}
