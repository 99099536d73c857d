package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Both kernel sets give the same bits, and those bits are right. */
class KernelsTest {
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();

  @Property(tries = 300)
  void productsAgreeAndAreRight(
      @ForAll @IntRange(min = 1, max = 11) int m,
      @ForAll @IntRange(min = 1, max = 6) int sixteens,
      @ForAll @IntRange(min = 1, max = 70) int k,
      @ForAll boolean accumulate,
      @ForAll long seed) {
    int n = 16 * sixteens;
    Random random = new Random(seed);
    float[] a = floats(random, 3 + m * (k + 2));
    float[] b = floats(random, 5 + k * (n + 16));
    float[] start = floats(random, 7 + m * (n + 3));
    float[] one = start.clone();
    float[] two = start.clone();
    scalar.multiply(m, n, k, a, 3, k + 2, b, 5, n + 16, one, 7, n + 3, accumulate);
    vector.multiply(m, n, k, a, 3, k + 2, b, 5, n + 16, two, 7, n + 3, accumulate);
    assertThat(two).isEqualTo(one);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n + 3; j++) {
        int at = 7 + i * (n + 3) + j;
        if (j >= n) {
          assertThat(one[at]).isEqualTo(start[at < start.length ? at : 0]);
          continue;
        }
        double sum = accumulate ? start[at] : 0;
        for (int t = 0; t < k; t++) {
          sum += (double) a[3 + i * (k + 2) + t] * b[5 + t * (n + 16) + j];
        }
        assertThat((double) one[at]).isCloseTo(sum, within(1e-4));
      }
    }
  }

  @Property(tries = 300)
  void integerProductsAgreeAndAreExact(
      @ForAll @IntRange(min = 1, max = 40) int m,
      @ForAll @IntRange(min = 1, max = 9) int sixteens,
      @ForAll @IntRange(min = 1, max = 1024) int block,
      @ForAll long seed) {
    int n = 16 * sixteens;
    int blocks = block < 100 ? 3 : 1;
    int inputs = block * blocks;
    Random random = new Random(seed);
    float[] a = new float[3 + m * (inputs + 1)];
    for (int i = 0; i < a.length; i++) {
      // mostly the largest values, of one sign: sums near the bound
      a[i] = random.nextInt(10) == 0 ? random.nextInt(255) - 127 : 127;
    }
    int[][] weights = new int[inputs][n];
    byte[] b = new byte[inputs * n];
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < n; j++) {
        weights[k][j] = random.nextInt(10) == 0 ? random.nextInt(255) - 127 : 127;
        b[k * n + PackedMatrix.lane(j, n)] = (byte) weights[k][j];
      }
    }
    float[] aScale = floats(random, 2 + m * blocks);
    float[] bScale = floats(random, blocks * n);
    float[] one = floats(random, 5 + m * (n + 3));
    float[] two = one.clone();
    float[] scratch = new float[(inputs + 2 * PackedInt8.SUM_ROWS) * n];
    short[] shorts = new short[2 * inputs];
    scalar.multiplyInt8(
        m,
        n,
        block,
        blocks,
        a,
        3,
        inputs + 1,
        aScale,
        2,
        b,
        bScale,
        one,
        5,
        n + 3,
        scratch,
        shorts);
    vector.multiplyInt8(
        m,
        n,
        block,
        blocks,
        a,
        3,
        inputs + 1,
        aScale,
        2,
        b,
        bScale,
        two,
        5,
        n + 3,
        scratch,
        shorts);
    assertThat(two).isEqualTo(one);
    for (int i = 0; i < m; i += 7) {
      for (int j = 0; j < n; j += 5) {
        float expected = 0;
        for (int t = 0; t < blocks; t++) {
          int sum = 0;
          for (int k = t * block; k < (t + 1) * block; k++) {
            sum += ((int) a[3 + i * (inputs + 1) + k]) * weights[k][j];
          }
          expected =
              Math.fma((float) sum, aScale[2 + i * blocks + t] * bScale[t * n + j], expected);
        }
        assertThat(one[5 + i * (n + 3) + j]).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 300)
  void fourBitProductsAgreeAndAreExact(
      @ForAll @IntRange(min = 1, max = 11) int m,
      @ForAll @IntRange(min = 1, max = 9) int sixteens,
      @ForAll @IntRange(min = 1, max = 8) int quads,
      @ForAll @IntRange(min = 1, max = 5) int blocks,
      @ForAll long seed) {
    int n = 16 * sixteens;
    int block = 4 * quads;
    int inputs = block * blocks;
    Random random = new Random(seed);
    float[] a = new float[3 + m * (inputs + 1)];
    for (int i = 0; i < a.length; i++) {
      // mostly the largest values, of one sign: sums near the bound
      a[i] = random.nextInt(10) == 0 ? random.nextInt(255) - 127 : 127;
    }
    int[][] weights = new int[inputs][n];
    short[] b = new short[inputs / 4 * n];
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < n; j++) {
        weights[k][j] = random.nextInt(4) == 0 ? random.nextInt(16) - 8 : j % 2 == 0 ? -8 : 7;
        b[k / 4 * n + PackedMatrix.lane(j, n)] |= (short) ((weights[k][j] + 8) << (k % 4 * 4));
      }
    }
    float[] aScale = floats(random, 2 + m * 2 * blocks);
    for (int i = 0; i < m; i++) {
      for (int t = 0; t < blocks; t++) {
        int sum = 0;
        for (int k = t * block; k < (t + 1) * block; k++) {
          sum += (int) a[3 + i * (inputs + 1) + k];
        }
        aScale[2 + i * 2 * blocks + blocks + t] = -8 * sum;
      }
    }
    float[] bScale = floats(random, blocks * n);
    float[] one = floats(random, 5 + m * (n + 3));
    float[] two = one.clone();
    short[] scratch = new short[Kernels.INT4_ROWS * (2 * inputs + n)];
    scalar.multiplyInt4(
        m, n, block, blocks, a, 3, inputs + 1, aScale, 2, b, bScale, one, 5, n + 3, scratch);
    vector.multiplyInt4(
        m, n, block, blocks, a, 3, inputs + 1, aScale, 2, b, bScale, two, 5, n + 3, scratch);
    assertThat(two).isEqualTo(one);
    for (int i = 0; i < m; i += 3) {
      for (int j = 0; j < n; j += 5) {
        float expected = 0;
        for (int t = 0; t < blocks; t++) {
          int sum = 0;
          for (int k = t * block; k < (t + 1) * block; k++) {
            sum += ((int) a[3 + i * (inputs + 1) + k]) * weights[k][j];
          }
          float scale = aScale[2 + i * 2 * blocks + t] * bScale[t * n + j];
          expected = Math.fma((float) sum, scale, expected);
        }
        assertThat(one[5 + i * (n + 3) + j]).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 300)
  void elementwiseAndReductionsAgree(
      @ForAll @IntRange(min = 1, max = 100) int n,
      @ForAll @IntRange(min = 0, max = 3) int at,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = floats(random, at + 2 * n);
    float[] lanes = new float[Kernels.LANES];
    assertThat(vector.sumOfSquares(x, at, n, lanes))
        .isEqualTo(scalar.sumOfSquares(x, at, n, lanes));
    float[] one = x.clone();
    float[] two = x.clone();
    assertThat(vector.exponentials(two, at, n, lanes))
        .isEqualTo(scalar.exponentials(one, at, n, lanes));
    assertThat(two).isEqualTo(one);
    scalar.swiglu(x, at, at + n, one, at, n);
    vector.swiglu(x, at, at + n, two, at, n);
    assertThat(two).isEqualTo(one);
    scalar.relu2(x, at, one, at, n);
    vector.relu2(x, at, two, at, n);
    assertThat(two).isEqualTo(one);
    scalar.gelu(x, at, one, at, n);
    vector.gelu(x, at, two, at, n);
    assertThat(two).isEqualTo(one);
    one = x.clone();
    two = x.clone();
    assertThat(vector.quantise(two, at, n)).isEqualTo(scalar.quantise(one, at, n));
    assertThat(two).isEqualTo(one);
  }

  @Property(tries = 200)
  void elementsAgree(
      @ForAll @IntRange(min = 0, max = 5) int at,
      @ForAll @IntRange(min = 1, max = 90) int n,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = floats(random, at + 2 * n);
    float[] y = floats(random, n);
    float[] angles = floats(random, 3 + 2 * n);
    float[] one = x.clone();
    float[] two = x.clone();
    scalar.add(y, 0, one, at, n);
    vector.add(y, 0, two, at, n);
    assertThat(two).isEqualTo(one);
    assertThat(one[at + n - 1]).isEqualTo(x[at + n - 1] + y[n - 1]);
    scalar.scale(x, at, 0.3f, one, at + 1, n);
    vector.scale(x, at, 0.3f, two, at + 1, n);
    assertThat(two).isEqualTo(one);
    scalar.scale(one, at, 0.7f, y, one, at);
    vector.scale(two, at, 0.7f, y, two, at);
    assertThat(two).isEqualTo(one);
    scalar.rotate(one, at, angles, 3, n, 0.9f);
    vector.rotate(two, at, angles, 3, n, 0.9f);
    assertThat(two).isEqualTo(one);
  }

  @Test
  void whatIsTinyIsQuantisedToFiniteNumbers() {
    for (Kernels kernels : List.of(scalar, vector)) {
      float[] x = new float[20];
      x[3] = Float.MIN_VALUE;
      x[17] = -1e-38f;
      assertThat(kernels.quantise(x, 0, 20)).isBetween(0f, 1e-38f);
      for (float v : x) {
        assertThat(Math.abs(v)).isLessThanOrEqualTo(127f);
      }
    }
  }

  @Property(tries = 200)
  void softmaxSiluAndNormsAreRight(@ForAll @IntRange(min = 1, max = 90) int n, @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = floats(random, 2 * n);
    float[] lanes = new float[Kernels.LANES];
    double squares = 0;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      squares += (double) x[i] * x[i];
      max = Math.max(max, x[i]);
    }
    assertThat((double) scalar.sumOfSquares(x, 0, n, lanes))
        .isCloseTo(squares, within(1e-6 * squares));
    float[] z = new float[n];
    scalar.swiglu(x, 0, n, z, 0, n);
    float[] e = x.clone();
    double sum = scalar.exponentials(e, 0, n, lanes);
    double expected = 0;
    for (int i = 0; i < n; i++) {
      assertThat((double) e[i]).isCloseTo(Math.exp(x[i] - max), within(1e-6));
      expected += Math.exp(x[i] - max);
      double silu = x[i] / (1 + Math.exp(-x[i])) * x[n + i];
      assertThat((double) z[i]).isCloseTo(silu, within(1e-6 * (1 + Math.abs(silu))));
    }
    assertThat(sum).isCloseTo(expected, within(1e-5));
  }

  @Property(tries = 200)
  void quantisedValuesAreTheNearest(@ForAll @IntRange(min = 1, max = 50) int n, @ForAll long seed) {
    float[] x = floats(new Random(seed), n);
    float[] q = x.clone();
    float step = scalar.quantise(q, 0, n);
    for (int i = 0; i < n; i++) {
      assertThat(Math.abs(q[i])).isLessThanOrEqualTo(127f);
      assertThat(q[i]).isEqualTo((float) Math.rint(q[i]));
      assertThat(Math.abs(q[i] * step - x[i])).isLessThanOrEqualTo(0.501f * step);
    }
  }

  @Test
  void zerosQuantiseToZero() {
    float[] x = new float[20];
    assertThat(scalar.quantise(x, 0, 20)).isZero();
    assertThat(vector.quantise(x, 0, 20)).isZero();
    assertThat(x).containsOnly(0f);
  }

  @Test
  void theExponentialIsRightToTwoUnitsInTheLastPlace() {
    for (float x = -87; x <= 88; x += 0.00731f) {
      double expected = Math.exp(x);
      assertThat(Math.abs(Exp.of(x) - expected) / expected).as("e^%s", x).isLessThan(2e-7);
    }
    assertThat(Exp.of(0)).isEqualTo(1f);
    assertThat(Exp.of(Float.NEGATIVE_INFINITY)).isLessThan(1e-37f);
    assertThat(Exp.of(1000)).isFinite();
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian() * 2;
    }
    return values;
  }
}
