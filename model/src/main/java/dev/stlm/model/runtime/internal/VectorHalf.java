package dev.stlm.model.runtime.internal;

import static dev.stlm.model.runtime.internal.Kernels.LANES;
import static dev.stlm.model.runtime.internal.VectorKernels.FLOATS;
import static dev.stlm.model.runtime.internal.VectorKernels.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Products with 16-bit weights on the Vector API. */
final class VectorHalf {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Short.SIZE * WIDTH));

  // binary16: 5 bits of exponent with bias 15 above 10 bits of fraction; a float has bias 127
  private static final int F16_MAGNITUDE = 0x7FFF;
  private static final int F16_LEAST_NORMAL = 0x0400;
  private static final int F16_INFINITY = 0x7C00;
  private static final int BIAS_DIFFERENCE = (127 - 15) << 23;
  private static final int LEAST_NORMAL_BITS = (127 - 14) << 23;
  private static final float LEAST_NORMAL = 0x1p-14f;

  private VectorHalf() {}

  /** See {@link Kernels#widen}. */
  static void widen(HalfFormat format, short[] halves, int n, float[] out, int at) {
    int vectors = n / WIDTH * WIDTH;
    switch (format) {
      case BF16 -> widenBf16(halves, vectors, out, at);
      case F16 -> widenF16(halves, vectors, out, at);
    }
    ScalarHalf.widen(format, halves, vectors, n, out, at);
  }

  // each in one method: compilers that work ahead of time keep vectors in registers only so
  private static void widenBf16(short[] halves, int n, float[] out, int at) {
    for (int i = 0; i < n; i += WIDTH) {
      ((IntVector)
              ShortVector.fromArray(SHORTS, halves, i).convertShape(VectorOperators.S2I, INTS, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, at + i);
    }
  }

  private static void widenF16(short[] halves, int n, float[] out, int at) {
    for (int i = 0; i < n; i += WIDTH) {
      IntVector bits =
          (IntVector)
              ShortVector.fromArray(SHORTS, halves, i).convertShape(VectorOperators.S2I, INTS, 0);
      IntVector magnitude = bits.and(F16_MAGNITUDE);
      IntVector shifted = magnitude.lanewise(VectorOperators.LSHL, 13);
      VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, F16_INFINITY);
      IntVector normal = shifted.add(BIAS_DIFFERENCE);
      normal = normal.blend(normal.add(BIAS_DIFFERENCE), special);
      // below the least normal: 2⁻¹⁴ + fraction is exact as a float, and so is the difference
      IntVector small =
          shifted.or(LEAST_NORMAL_BITS).reinterpretAsFloats().sub(LEAST_NORMAL).reinterpretAsInts();
      VectorMask<Integer> subnormal = magnitude.compare(VectorOperators.LT, F16_LEAST_NORMAL);
      IntVector sign = bits.and(Integer.MIN_VALUE); // the load has extended it
      normal.blend(small, subnormal).or(sign).reinterpretAsFloats().intoArray(out, at + i);
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
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      int j = 0;
      for (; j + 2 <= n; j += 2) {
        tile4x2(k, a, aAt + i * aStride, aStride, b, bAt + j * bStride, bStride, sums, sumsAt);
        for (int r = 0; r < 4; r++) {
          int to = cAt + (i + r) * cStride + j;
          int x = aAt + (i + r) * aStride;
          int w = bAt + j * bStride;
          c[to] = finish(k, a, x, b, w, sums, sumsAt + 2 * r * LANES);
          c[to + 1] = finish(k, a, x, b, w + bStride, sums, sumsAt + (2 * r + 1) * LANES);
        }
      }
      rest(i, i + 4, j, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, sums, sumsAt);
    }
    rest(i, m, 0, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, sums, sumsAt);
  }

  /** Rows {@code [i, m)} of A times rows {@code [from, n)} of B. */
  private static void rest(
      int first,
      int m,
      int from,
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
    for (int i = first; i < m; i++) {
      int x = aAt + i * aStride;
      int to = cAt + i * cStride;
      int j = from;
      for (; j + 4 <= n; j += 4) {
        int w = bAt + j * bStride;
        tile1x4(k, a, x, b, w, bStride, sums, sumsAt);
        for (int r = 0; r < 4; r++) {
          c[to + j + r] = finish(k, a, x, b, w + r * bStride, sums, sumsAt + r * LANES);
        }
      }
      for (; j < n; j++) {
        int w = bAt + j * bStride;
        tile1x1(k, a, x, b, w, sums, sumsAt);
        c[to + j] = finish(k, a, x, b, w, sums, sumsAt);
      }
    }
  }

  private static float finish(int k, float[] a, int x, float[] b, int w, float[] sums, int sumsAt) {
    return ScalarHalf.finish(k / LANES * LANES, k, a, x, b, w, sums, sumsAt);
  }

  /** Partial sums of 4 rows of A by 2 rows of B: {@code [4, 2, LANES]}. */
  private static void tile4x2(
      int k,
      float[] a,
      int x,
      int aStride,
      float[] b,
      int w,
      int bStride,
      float[] sums,
      int sumsAt) {
    int whole = k / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector s00 = FloatVector.zero(FLOATS);
      FloatVector s01 = FloatVector.zero(FLOATS);
      FloatVector s10 = FloatVector.zero(FLOATS);
      FloatVector s11 = FloatVector.zero(FLOATS);
      FloatVector s20 = FloatVector.zero(FLOATS);
      FloatVector s21 = FloatVector.zero(FLOATS);
      FloatVector s30 = FloatVector.zero(FLOATS);
      FloatVector s31 = FloatVector.zero(FLOATS);
      for (int t = lane; t < whole; t += LANES) {
        FloatVector w0 = FloatVector.fromArray(FLOATS, b, w + t);
        FloatVector w1 = FloatVector.fromArray(FLOATS, b, w + bStride + t);
        FloatVector x0 = FloatVector.fromArray(FLOATS, a, x + t);
        s00 = x0.fma(w0, s00);
        s01 = x0.fma(w1, s01);
        FloatVector x1 = FloatVector.fromArray(FLOATS, a, x + aStride + t);
        s10 = x1.fma(w0, s10);
        s11 = x1.fma(w1, s11);
        FloatVector x2 = FloatVector.fromArray(FLOATS, a, x + 2 * aStride + t);
        s20 = x2.fma(w0, s20);
        s21 = x2.fma(w1, s21);
        FloatVector x3 = FloatVector.fromArray(FLOATS, a, x + 3 * aStride + t);
        s30 = x3.fma(w0, s30);
        s31 = x3.fma(w1, s31);
      }
      int at = sumsAt + lane;
      s00.intoArray(sums, at);
      s01.intoArray(sums, at + LANES);
      s10.intoArray(sums, at + 2 * LANES);
      s11.intoArray(sums, at + 3 * LANES);
      s20.intoArray(sums, at + 4 * LANES);
      s21.intoArray(sums, at + 5 * LANES);
      s30.intoArray(sums, at + 6 * LANES);
      s31.intoArray(sums, at + 7 * LANES);
    }
  }

  /** Partial sums of 1 row of A by 4 rows of B: {@code [4, LANES]}. */
  private static void tile1x4(
      int k, float[] a, int x, float[] b, int w, int bStride, float[] sums, int sumsAt) {
    int whole = k / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      for (int t = lane; t < whole; t += LANES) {
        FloatVector x0 = FloatVector.fromArray(FLOATS, a, x + t);
        s0 = x0.fma(FloatVector.fromArray(FLOATS, b, w + t), s0);
        s1 = x0.fma(FloatVector.fromArray(FLOATS, b, w + bStride + t), s1);
        s2 = x0.fma(FloatVector.fromArray(FLOATS, b, w + 2 * bStride + t), s2);
        s3 = x0.fma(FloatVector.fromArray(FLOATS, b, w + 3 * bStride + t), s3);
      }
      int at = sumsAt + lane;
      s0.intoArray(sums, at);
      s1.intoArray(sums, at + LANES);
      s2.intoArray(sums, at + 2 * LANES);
      s3.intoArray(sums, at + 3 * LANES);
    }
  }

  /** Partial sums of 1 row of A by 1 row of B: {@code [LANES]}. */
  private static void tile1x1(int k, float[] a, int x, float[] b, int w, float[] sums, int sumsAt) {
    int whole = k / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      for (int t = lane; t < whole; t += LANES) {
        FloatVector x0 = FloatVector.fromArray(FLOATS, a, x + t);
        s0 = x0.fma(FloatVector.fromArray(FLOATS, b, w + t), s0);
      }
      s0.intoArray(sums, sumsAt + lane);
    }
  }
}
