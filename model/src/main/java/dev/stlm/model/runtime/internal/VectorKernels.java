package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.code.FloatProducts;
import dev.stlm.model.runtime.code.MachineCode;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

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

  private static final int ROUND_BITS = Float.floatToRawIntBits(Exp.ROUND);

  private final Optional<MachineCode> code;
  private final @Nullable FloatProducts floats;

  /** Vectors alone. */
  VectorKernels() {
    this(Optional.empty());
  }

  /** With machine code for products of integers, where there is any. */
  VectorKernels(Optional<MachineCode> code) {
    this.code = code;
    floats = code.map(MachineCode::floats).orElse(null);
  }

  @Override
  public String name() {
    return "vector of "
        + FLOATS.vectorBitSize()
        + " bits"
        + (code.isPresent() ? " and machine code" : "");
  }

  @Override
  public Optional<MachineCode> code() {
    return code;
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
    FloatProducts inCode = floats;
    if (inCode == null) {
      VectorTiles.multiply(m, n, k, a, aAt, aStride, b, bAt, bStride, c, cAt, cStride, accumulate);
    } else {
      inCode.multiply(
          1, m, n, k, a, aAt, aStride, 0, b, bAt, bStride, 0, c, cAt, cStride, 0, accumulate);
    }
  }

  @Override
  public void multiplyEach(
      int count,
      int m,
      int n,
      int k,
      float[] a,
      int aAt,
      int aStride,
      int aStep,
      float[] b,
      int bAt,
      int bStride,
      int bStep,
      float[] c,
      int cAt,
      int cStride,
      int cStep,
      boolean accumulate) {
    FloatProducts inCode = floats;
    if (inCode == null) {
      Kernels.super.multiplyEach(
          count,
          m,
          n,
          k,
          a,
          aAt,
          aStride,
          aStep,
          b,
          bAt,
          bStride,
          bStep,
          c,
          cAt,
          cStride,
          cStep,
          accumulate);
    } else {
      inCode.multiply(
          count,
          m,
          n,
          k,
          a,
          aAt,
          aStride,
          aStep,
          b,
          bAt,
          bStride,
          bStep,
          c,
          cAt,
          cStride,
          cStep,
          accumulate);
    }
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
    if (WIDTH == 4 || (m >= VectorInt8Rows.ROWS && !VectorInt8Rows.pays(m, n))) {
      VectorInt8Tiles.multiply(
          m, n, block, blocks, a, aAt, aStride, aScale, aScaleAt, b, bScale, c, cAt, cStride,
          scratch);
      return;
    }
    int i = 0;
    for (; i + VectorInt8Rows.ROWS <= m; i += VectorInt8Rows.ROWS) {
      VectorInt8Rows.multiply(
          n,
          block,
          blocks,
          a,
          aAt + i * aStride,
          aStride,
          aScale,
          aScaleAt + i * blocks,
          b,
          bScale,
          c,
          cAt + i * cStride,
          cStride);
    }
    for (; i < m; i++) {
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
  public void widen(HalfFormat format, short[] halves, int n, float[] out, int at) {
    VectorHalf.widen(format, halves, n, out, at);
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
    maxima.intoArray(scratch, 0);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < WIDTH; i++) {
      max = Math.max(max, scratch[i]);
    }
    for (int i = vectors; i < n; i++) {
      max = Math.max(max, scores[at + i]);
    }
    exponentials(scores, at, vectors, max);
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

  /**
   * Replaces x by {@code exp(x - shift)}: {@link Exp#of}, operation by operation, in one method
   * whose vectors never leave it, since compilers that work ahead of time keep them in registers
   * only so.
   *
   * @param n a multiple of W
   */
  private static void exponentials(float[] x, int at, int n, float shift) {
    FloatVector ln2High = FloatVector.broadcast(FLOATS, Exp.LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, Exp.LN2_LOW);
    FloatVector c0 = FloatVector.broadcast(FLOATS, Exp.C0);
    FloatVector c1 = FloatVector.broadcast(FLOATS, Exp.C1);
    FloatVector c2 = FloatVector.broadcast(FLOATS, Exp.C2);
    FloatVector c3 = FloatVector.broadcast(FLOATS, Exp.C3);
    FloatVector c4 = FloatVector.broadcast(FLOATS, Exp.C4);
    FloatVector c5 = FloatVector.broadcast(FLOATS, Exp.C5);
    for (int i = at; i < at + n; i += WIDTH) {
      FloatVector c = FloatVector.fromArray(FLOATS, x, i).sub(shift).max(Exp.MIN).min(Exp.MAX);
      // 2^23 + 2^22 and more leaves no bits for a fraction: the lowest ones are a whole number
      FloatVector whole = c.mul(Exp.LOG2_E).add(Exp.ROUND);
      FloatVector e = whole.sub(Exp.ROUND);
      FloatVector r = e.fma(ln2High, c);
      r = e.fma(ln2Low, r);
      FloatVector p = c5.fma(r, c4).fma(r, c3).fma(r, c2).fma(r, c1).fma(r, c0);
      p = p.fma(r.mul(r), r).add(1f);
      IntVector exponent =
          whole.reinterpretAsInts().sub(ROUND_BITS - 127).lanewise(VectorOperators.LSHL, 23);
      p.mul(exponent.reinterpretAsFloats()).intoArray(x, i);
    }
  }

  @Override
  public void swiglu(float[] h, int gateAt, int upAt, float[] z, int zAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, h, gateAt + i).neg().intoArray(z, zAt + i);
    }
    exponentials(z, zAt, vectors, 0f);
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, h, gateAt + i)
          .div(FloatVector.fromArray(FLOATS, z, zAt + i).add(1f))
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
    FloatVector first = FloatVector.broadcast(FLOATS, GELU_1);
    FloatVector third = FloatVector.broadcast(FLOATS, GELU_3);
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, h, hAt + i);
      v.mul(v.mul(v).fma(third, first)).intoArray(z, zAt + i);
    }
    exponentials(z, zAt, vectors, 0f);
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, h, hAt + i)
          .div(FloatVector.fromArray(FLOATS, z, zAt + i).add(1f))
          .intoArray(z, zAt + i);
    }
    for (int i = vectors; i < n; i++) {
      float v = h[hAt + i];
      z[zAt + i] = v / (1f + Exp.of(v * Math.fma(v * v, GELU_3, GELU_1)));
    }
  }

  @Override
  public void add(float[] from, int at, float[] to, int toAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, to, toAt + i)
          .add(FloatVector.fromArray(FLOATS, from, at + i))
          .intoArray(to, toAt + i);
    }
    for (int i = vectors; i < n; i++) {
      to[toAt + i] += from[at + i];
    }
  }

  @Override
  public void scale(float[] x, int at, float factor, float[] to, int toAt, int n) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, at + i).mul(factor).intoArray(to, toAt + i);
    }
    for (int i = vectors; i < n; i++) {
      to[toAt + i] = x[at + i] * factor;
    }
  }

  @Override
  public void scale(float[] x, int at, float factor, float[] gain, float[] to, int toAt) {
    int vectors = gain.length / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, at + i)
          .mul(factor)
          .mul(FloatVector.fromArray(FLOATS, gain, i))
          .intoArray(to, toAt + i);
    }
    for (int i = vectors; i < gain.length; i++) {
      to[toAt + i] = x[at + i] * factor * gain[i];
    }
  }

  @Override
  public void rotate(float[] x, int at, float[] table, int tableAt, int n, float factor) {
    int vectors = n / WIDTH * WIDTH;
    for (int i = 0; i < vectors; i += WIDTH) {
      FloatVector u = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector v = FloatVector.fromArray(FLOATS, x, at + n + i);
      FloatVector cos = FloatVector.fromArray(FLOATS, table, tableAt + i);
      FloatVector sin = FloatVector.fromArray(FLOATS, table, tableAt + n + i);
      u.mul(cos).sub(v.mul(sin)).mul(factor).intoArray(x, at + i);
      v.mul(cos).add(u.mul(sin)).mul(factor).intoArray(x, at + n + i);
    }
    for (int i = vectors; i < n; i++) {
      float u = x[at + i];
      float v = x[at + n + i];
      float cos = table[tableAt + i];
      float sin = table[tableAt + n + i];
      x[at + i] = (u * cos - v * sin) * factor;
      x[at + n + i] = (v * cos + u * sin) * factor;
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
    float inverse = Math.min(127f / max, Float.MAX_VALUE);
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
