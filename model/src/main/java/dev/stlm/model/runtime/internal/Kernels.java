package dev.stlm.model.runtime.internal;

import dev.stlm.model.runtime.code.MachineCode;
import java.util.Optional;

/**
 * The inner loops of the forward pass, on row-major heap arrays.
 *
 * <p>The order of every floating-point operation is part of the contract, so that all
 * implementations give the same bits: sums over inputs run in ascending order with one fused
 * multiply-add each, except in {@link #dots}; that and reductions along lanes keep {@link #LANES}
 * partial sums (element i goes to sum i mod 16) and add them as a tree (8 apart, 4, 2, 1); the
 * exponential is {@link Exp}. Implementations are stateless and thread-safe.
 */
interface Kernels {
  /** Column counts of packed operands are multiples of this; also the number of partial sums. */
  int LANES = 16;

  /** Columns of a full panel of a packed matrix. */
  int PANEL = 64;

  /** Rows of inputs that the scratch of {@link #multiplyInt4} has room for. */
  int INT4_ROWS = 4;

  /** Floats that {@link #dots} works in. */
  int HALF_SCRATCH = 8 * LANES;

  /** Rounds up to a multiple of {@link #LANES}. */
  static int padded(int n) {
    return (n + LANES - 1) / LANES * LANES;
  }

  /** "scalar" or "vector" and what it runs on. */
  String name();

  /** Machine code for products of integers, where these kernels have it. */
  default Optional<MachineCode> code() {
    return Optional.empty();
  }

  /**
   * {@code C[i][j] = (accumulate ? C[i][j] : 0) + Σ_k A[i][k] · B[k][j]}.
   *
   * @param m rows of A and C
   * @param n columns of B and C, a multiple of {@link #LANES}
   * @param k columns of A, rows of B
   */
  void multiply(
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
      boolean accumulate);

  /** {@code count} products as {@link #multiply}, each the three steps after the one before. */
  default void multiplyEach(
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
    for (int i = 0; i < count; i++) {
      multiply(
          m,
          n,
          k,
          a,
          aAt + i * aStep,
          aStride,
          b,
          bAt + i * bStep,
          bStride,
          c,
          cAt + i * cStep,
          cStride,
          accumulate);
    }
  }

  /**
   * {@code C[i][j] = Σ_t S_t[i][j] · (aScale[i][t] · bScale[t][j])}, the sum over blocks in
   * ascending order with one fused multiply-add each, where S_t is the exact integer sum of the
   * products of A and B over the inputs of block t: A holds whole numbers in [-127, 127] and a
   * block is at most {@link PackedInt8#MAX_BLOCK}, so that 32-bit floats and integers agree.
   *
   * @param block inputs of a block
   * @param a {@code [m, blocks · block]}
   * @param aScale {@code [m, blocks]}
   * @param b {@code [blocks · block, n]}, columns in the order of {@link PackedMatrix#lane}
   * @param bScale {@code [blocks, n]}, columns in order
   * @param scratch at least {@code (blocks · block + 2 · PackedInt8.SUM_ROWS) · n} floats to work
   *     in
   * @param shorts at least {@code 2 · blocks · block} to work in
   */
  void multiplyInt8(
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
      short[] shorts);

  /**
   * {@code C[i][j] = Σ_t S_t[i][j] · (scale_t[i] · bScale[t][j])}, the sum over blocks in ascending
   * order with one fused multiply-add each, where S_t is the exact integer sum of the products of A
   * and B over the inputs of block t.
   *
   * @param block inputs of a block: a multiple of 4, at most {@link PackedInt4#MAX_BLOCK}
   * @param a whole numbers in [-127, 127], {@code [m, blocks · block]}
   * @param aScale for each row the scales of its blocks, then their offsets: −8 times the sum of
   *     the inputs
   * @param b {@code [blocks · block / 4, n]}: four inputs each, plus 8, the first in the lowest
   *     bits
   * @param bScale {@code [blocks, n]}
   * @param scratch {@code INT4_ROWS · (2 · blocks · block + n)} to work in
   */
  void multiplyInt4(
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
      short[] scratch);

  /**
   * Widens 16-bit floats, exactly.
   *
   * @param halves their bits, {@code n} from the start on
   * @param out takes {@code n} floats from {@code at} on
   */
  void widen(HalfFormat format, short[] halves, int n, float[] out, int at);

  /**
   * {@code C[i][j] = Σ_k A[i][k] · B[j][k]}, each with 16 partial sums.
   *
   * @param m rows of A and C
   * @param n rows of B, columns of C
   * @param k columns of A and B
   * @param scratch {@link #HALF_SCRATCH} floats from {@code scratchAt} on to work in
   */
  void dots(
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
      int scratchAt);

  /** Σ x² with 16 partial sums. */
  float sumOfSquares(float[] x, int at, int n, float[] scratch);

  /**
   * Replaces scores by {@code exp(score − max)} and gives their sum.
   *
   * @param scratch at least {@link #LANES} floats
   */
  float exponentials(float[] scores, int at, int n, float[] scratch);

  /** {@code z[i] = silu(h[gateAt + i]) · h[upAt + i]}. */
  void swiglu(float[] h, int gateAt, int upAt, float[] z, int zAt, int n);

  /** {@code z[i] = max(0, h[i])²}. */
  void relu2(float[] h, int hAt, float[] z, int zAt, int n);

  /** {@code z[i] = h[i] / (1 + exp(h[i] · (GELU_1 + GELU_3 · h[i]²)))}. */
  void gelu(float[] h, int hAt, float[] z, int zAt, int n);

  /** −2 √(2/π): the tanh approximation of GELU by an exponential. */
  float GELU_1 = -1.5957692f;

  /** 0.044715 times {@link #GELU_1}. */
  float GELU_3 = -0.071354814f;

  /**
   * Replaces values by the nearest multiples of {@code max|x| / 127} (ties to even), as whole
   * numbers, and gives that step; 0 where all values are 0.
   */
  float quantise(float[] x, int at, int n);

  /** {@code to[i] += from[i]}. */
  default void add(float[] from, int at, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      to[toAt + i] += from[at + i];
    }
  }

  /** {@code to[i] = x[i] · factor}. */
  default void scale(float[] x, int at, float factor, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      to[toAt + i] = x[at + i] * factor;
    }
  }

  /** {@code to[i] = x[i] · factor · gain[i]}; both places may be the same. */
  default void scale(float[] x, int at, float factor, float[] gain, float[] to, int toAt) {
    for (int i = 0; i < gain.length; i++) {
      to[toAt + i] = x[at + i] * factor * gain[i];
    }
  }

  /**
   * Turns pairs (x[i], x[i + n]) by angles, times a factor, in place.
   *
   * @param table from {@code tableAt} on n cosines, then n sines
   */
  default void rotate(float[] x, int at, float[] table, int tableAt, int n, float factor) {
    for (int i = 0; i < n; i++) {
      float u = x[at + i];
      float v = x[at + n + i];
      float cos = table[tableAt + i];
      float sin = table[tableAt + n + i];
      x[at + i] = (u * cos - v * sin) * factor;
      x[at + n + i] = (v * cos + u * sin) * factor;
    }
  }

  /** Adds 16 partial sums as a tree. */
  static float tree(float[] partial) {
    for (int step = LANES / 2; step > 0; step /= 2) {
      for (int i = 0; i < step; i++) {
        partial[i] += partial[i + step];
      }
    }
    return partial[0];
  }
}
