package dev.stlm.model.runtime.internal;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the Vector API. Loaded only where the module {@code jdk.incubator.vector} is
 * present.
 */
final class VectorKernels implements Kernels {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector, W: 4, 8 or 16. */
  static final int WIDTH = FLOATS.length();

  /** As many 32-bit integers. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  @Override
  public String name() {
    return "vector of " + FLOATS.vectorBitSize() + " bits";
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
    VectorTiles.multiply(m, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, accumulate);
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
    if (m < FEW_ROWS && WIDTH > 4) {
      for (int i = 0; i < m; i++) {
        VectorInt8.one(
            n,
            block,
            blocks,
            a,
            aAt + i * aStride,
            aScale,
            aScaleAt + i * blocks,
            b,
            bScale,
            c,
            cAt + i * cStride,
            shorts);
      }
      return;
    }
    VectorInt8.many(
        m, n, block, blocks, a, aAt, aStride, aScale, aScaleAt, b, bScale, c, cAt, cStride,
        scratch);
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
    int whole = WIDTH > 4 ? n / VectorInt4.COLUMNS * VectorInt4.COLUMNS : 0;
    VectorInt4.multiply(
        m, whole, n, block, blocks, a, aAt, aStride, aScale, aScaleAt, b, bScale, c, cAt, cStride,
        scratch);
    ScalarInt4.multiply(
        m, whole, n, n, block, blocks, a, aAt, aStride, aScale, aScaleAt, b, bScale, c, cAt,
        cStride);
  }

  @Override
  public void widen(
      HalfFormat format,
      MemorySegment values,
      long from,
      int n,
      float[] out,
      int at,
      float[] scratch,
      int scratchAt) {
    VectorHalf.widen(format, values, from, n, out, at);
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
    VectorHalf.dots(m, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, scratch, scratchAt);
  }

  @Override
  public float sumOfSquares(float[] x, int at, int n, float[] scratch) {
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = lane; i < whole; i += LANES) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
        sum = v.fma(v, sum);
      }
      sum.intoArray(scratch, lane);
    }
    for (int i = whole; i < n; i++) {
      scratch[i - whole] = Math.fma(x[at + i], x[at + i], scratch[i - whole]);
    }
    return Kernels.tree(scratch);
  }

  @Override
  public float exponentials(float[] scores, int at, int n, float[] scratch) {
    int vectors = n / WIDTH * WIDTH;
    FloatVector maxima = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < vectors; i += WIDTH) {
      maxima = maxima.max(FloatVector.fromArray(FLOATS, scores, at + i));
    }
    float max = maxima.reduceLanes(VectorOperators.MAX);
    for (int i = vectors; i < n; i++) {
      max = Math.max(max, scores[at + i]);
    }
    for (int i = 0; i < vectors; i += WIDTH) {
      exp(FloatVector.fromArray(FLOATS, scores, at + i).sub(max)).intoArray(scores, at + i);
    }
    for (int i = vectors; i < n; i++) {
      scores[at + i] = Exp.of(scores[at + i] - max);
    }
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = lane; i < whole; i += LANES) {
        sum = sum.add(FloatVector.fromArray(FLOATS, scores, at + i));
      }
      sum.intoArray(scratch, lane);
    }
    for (int i = whole; i < n; i++) {
      scratch[i - whole] += scores[at + i];
    }
    return Kernels.tree(scratch);
  }

  /** {@link Exp#of}, operation by operation. */
  private static FloatVector exp(FloatVector x) {
    FloatVector c = x.max(Exp.MIN).min(Exp.MAX);
    FloatVector n = c.mul(Exp.LOG2_E).add(Exp.ROUND).sub(Exp.ROUND);
    FloatVector r = n.fma(constant(Exp.LN2_HIGH), c);
    r = n.fma(constant(Exp.LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(FLOATS, Exp.C5).fma(r, constant(Exp.C4));
    p = p.fma(r, constant(Exp.C3));
    p = p.fma(r, constant(Exp.C2));
    p = p.fma(r, constant(Exp.C1));
    p = p.fma(r, constant(Exp.C0));
    p = p.fma(r.mul(r), r).add(1f);
    IntVector exponent =
        ((IntVector) n.convertShape(VectorOperators.F2I, INTS, 0))
            .add(127)
            .lanewise(VectorOperators.LSHL, 23);
    return p.mul(exponent.reinterpretAsFloats());
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  @Override
  public void swiglu(float[] h, int gateAt, int upAt, float[] z, int zAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector g = FloatVector.fromArray(FLOATS, h, gateAt + i);
      g.div(exp(g.neg()).add(1f))
          .mul(FloatVector.fromArray(FLOATS, h, upAt + i))
          .intoArray(z, zAt + i);
    }
    for (int i = vectors; i < n; i++) {
      float g = h[gateAt + i];
      z[zAt + i] = g / (1f + Exp.of(-g)) * h[upAt + i];
    }
  }

  @Override
  public void relu2(float[] h, int hAt, float[] z, int zAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, h, hAt + i).max(0f);
      v.mul(v).intoArray(z, zAt + i);
    }
    for (int i = vectors; i < n; i++) {
      float v = Math.max(0f, h[hAt + i]);
      z[zAt + i] = v * v;
    }
  }

  @Override
  public void gelu(float[] h, int hAt, float[] z, int zAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, h, hAt + i);
      FloatVector slope = v.mul(v).fma(constant(GELU_3), constant(GELU_1));
      v.div(exp(v.mul(slope)).add(1f)).intoArray(z, zAt + i);
    }
    for (int i = vectors; i < n; i++) {
      float v = h[hAt + i];
      z[zAt + i] = v / (1f + Exp.of(v * Math.fma(v * v, GELU_3, GELU_1)));
    }
  }

  @Override
  public float quantise(float[] x, int at, int n) {
    int vectors = n / WIDTH * WIDTH;
    FloatVector maxima = FloatVector.zero(FLOATS);
    for (int i = 0; i < vectors; i += WIDTH) {
      maxima = maxima.max(FloatVector.fromArray(FLOATS, x, at + i).abs());
    }
    float max = maxima.reduceLanes(VectorOperators.MAX);
    for (int i = vectors; i < n; i++) {
      max = Math.max(max, Math.abs(x[at + i]));
    }
    if (max == 0) {
      return 0;
    }
    float inverse = 127f / max;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, at + i)
          .mul(inverse)
          .add(Exp.ROUND)
          .sub(Exp.ROUND)
          .intoArray(x, at + i);
    }
    for (int i = vectors; i < n; i++) {
      x[at + i] = (x[at + i] * inverse + Exp.ROUND) - Exp.ROUND;
    }
    return max / 127f;
  }
}
