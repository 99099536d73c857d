package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.VectorInt4.NEXT;
import static dev.stlm.model.runtime.internal.VectorInt4.SHORTS;
import static dev.stlm.model.runtime.internal.VectorInt4.UPPER;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.INTS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with 8-bit integers, one block of inputs at a time.
 *
 * <p>They are made in 16-bit lanes: two of them fill 16 bits, and their sums are added in 32 bits,
 * two of them in a lane. Upper ones are shifted down first. Lower ones are added with the upper
 * ones above them, and with their sign bits turned, which makes x of them x + 2^15, so that nothing
 * is borrowed from above; what is too much is taken off at the end of a block: 2^16 times the upper
 * sum, and 2^15 a time. That is one operation where widening takes two. (The same for two rows at
 * once is several times slower: more sums than the compiler keeps in registers.) Many rows: {@link
 * VectorInt8Tiles}.
 *
 * <p>Vectors never pass from method to method here: compilers that work ahead of time keep vectors
 * in registers only so.
 */
final class VectorInt8 {
  /** Bytes that are widened to a vector of 16-bit numbers at a time. */
  static final int LANES = SHORTS.length();

  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
  private static final int COLUMNS = VectorInt4.COLUMNS;

  /** Blocks are a multiple of it where a row is taken with four vectors of columns. */
  private static final int WIDE_INPUTS = 4;

  /** The sign of the lower half of a 32-bit lane. */
  private static final int SIGN = 1 << 15;

  private VectorInt8() {}

  /**
   * One row times all blocks, for vectors of at least 8 floats; see {@link Kernels#multiplyInt8}.
   *
   * @param x {@code 2 · blocks · block} to work in
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
    int j = 0;
    for (; block % WIDE_INPUTS == 0 && j <= whole - 2 * COLUMNS; j += 2 * COLUMNS) {
      oneWideRow(block, blocks, x, aScale, aScaleAt, b, j, n, bScale, c, cAt + j);
    }
    for (; j < whole; j += COLUMNS) {
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
        sum += x[2 * (xAt + i)] * b[p];
        p += n;
      }
      c[cAt + j] =
          Math.fma((float) sum, rowScale * bScale[bScaleAt + j], accumulate ? c[cAt + j] : 0f);
    }
  }

  /**
   * 1 row times 4 vectors of columns, {@link #WIDE_INPUTS} inputs at a time; the sums over blocks
   * stay in C. Ahead of time a third of the instructions of {@link #oneRow} are not of vectors.
   */
  private static void oneWideRow(
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
    for (int j = 0; j < 2 * COLUMNS; j += FLOATS.length()) {
      FloatVector.zero(FLOATS).intoArray(c, cAt + j);
    }
    int p = bAt;
    int i = 0;
    for (int t = 0; t < blocks; t++) {
      IntVector l0 = IntVector.zero(INTS);
      IntVector u0 = IntVector.zero(INTS);
      IntVector l1 = IntVector.zero(INTS);
      IntVector u1 = IntVector.zero(INTS);
      IntVector l2 = IntVector.zero(INTS);
      IntVector u2 = IntVector.zero(INTS);
      IntVector l3 = IntVector.zero(INTS);
      IntVector u3 = IntVector.zero(INTS);
      int end = i + 2 * block;
      for (; i < end; i += 2 * WIDE_INPUTS) {
        ShortVector y0 = ShortVector.broadcast(SHORTS, x[i]);
        ShortVector y1 = ShortVector.broadcast(SHORTS, x[i + 2]);
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
        l0 = l0.add(s.lanewise(VectorOperators.XOR, SIGN));
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
        l1 = l1.add(s.lanewise(VectorOperators.XOR, SIGN));
        u1 = u1.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + 2 * LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n + 2 * LANES)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l2 = l2.add(s.lanewise(VectorOperators.XOR, SIGN));
        u2 = u2.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + 3 * LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n + 3 * LANES)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l3 = l3.add(s.lanewise(VectorOperators.XOR, SIGN));
        u3 = u3.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        p += 2 * n;
        y0 = ShortVector.broadcast(SHORTS, x[i + 4]);
        y1 = ShortVector.broadcast(SHORTS, x[i + 6]);
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p).convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l0 = l0.add(s.lanewise(VectorOperators.XOR, SIGN));
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
        l1 = l1.add(s.lanewise(VectorOperators.XOR, SIGN));
        u1 = u1.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + 2 * LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n + 2 * LANES)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l2 = l2.add(s.lanewise(VectorOperators.XOR, SIGN));
        u2 = u2.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + 3 * LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y0)
                .add(
                    ((ShortVector)
                            ByteVector.fromArray(BYTES, b, p + n + 3 * LANES)
                                .convertShape(VectorOperators.B2S, SHORTS, 0))
                        .mul(y1))
                .reinterpretAsInts();
        l3 = l3.add(s.lanewise(VectorOperators.XOR, SIGN));
        u3 = u3.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        p += 2 * n;
      }
      int signs = block / 2 * SIGN;
      float scale = aScale[aScaleAt + t];
      int s = t * n + bAt;
      ((FloatVector)
              l0.sub(u0.lanewise(VectorOperators.LSHL, Short.SIZE))
                  .sub(signs)
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt))
          .intoArray(c, cAt);
      ((FloatVector) u0.convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + UPPER).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + UPPER))
          .intoArray(c, cAt + UPPER);
      ((FloatVector)
              l1.sub(u1.lanewise(VectorOperators.LSHL, Short.SIZE))
                  .sub(signs)
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + NEXT).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + NEXT))
          .intoArray(c, cAt + NEXT);
      ((FloatVector) u1.convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + NEXT + UPPER).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + NEXT + UPPER))
          .intoArray(c, cAt + NEXT + UPPER);
      ((FloatVector)
              l2.sub(u2.lanewise(VectorOperators.LSHL, Short.SIZE))
                  .sub(signs)
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + COLUMNS).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + COLUMNS))
          .intoArray(c, cAt + COLUMNS);
      ((FloatVector) u2.convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + COLUMNS + UPPER).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + COLUMNS + UPPER))
          .intoArray(c, cAt + COLUMNS + UPPER);
      ((FloatVector)
              l3.sub(u3.lanewise(VectorOperators.LSHL, Short.SIZE))
                  .sub(signs)
                  .convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + COLUMNS + NEXT).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + COLUMNS + NEXT))
          .intoArray(c, cAt + COLUMNS + NEXT);
      ((FloatVector) u3.convertShape(VectorOperators.I2F, FLOATS, 0))
          .fma(
              FloatVector.fromArray(FLOATS, bScale, s + COLUMNS + NEXT + UPPER).mul(scale),
              FloatVector.fromArray(FLOATS, c, cAt + COLUMNS + NEXT + UPPER))
          .intoArray(c, cAt + COLUMNS + NEXT + UPPER);
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
      int end = i + 2 * block;
      for (; i < end - 2; i += 4) {
        ShortVector y0 = ShortVector.broadcast(SHORTS, x[i]);
        ShortVector y1 = ShortVector.broadcast(SHORTS, x[i + 2]);
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
        l0 = l0.add(s.lanewise(VectorOperators.XOR, SIGN));
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
        l1 = l1.add(s.lanewise(VectorOperators.XOR, SIGN));
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
        l0 = l0.add(s.lanewise(VectorOperators.XOR, SIGN));
        u0 = u0.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        s =
            ((ShortVector)
                    ByteVector.fromArray(BYTES, b, p + LANES)
                        .convertShape(VectorOperators.B2S, SHORTS, 0))
                .mul(y)
                .reinterpretAsInts();
        l1 = l1.add(s.lanewise(VectorOperators.XOR, SIGN));
        u1 = u1.add(s.lanewise(VectorOperators.ASHR, Short.SIZE));
        p += n;
        i += 2;
      }
      int signs = (block + 1) / 2 * SIGN;
      l0 = l0.sub(u0.lanewise(VectorOperators.LSHL, Short.SIZE)).sub(signs);
      l1 = l1.sub(u1.lanewise(VectorOperators.LSHL, Short.SIZE)).sub(signs);
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
}
