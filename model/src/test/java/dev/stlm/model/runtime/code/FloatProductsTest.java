package dev.stlm.model.runtime.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Products of floats in machine code add up in the order that all kernels keep. */
class FloatProductsTest {
  private static final MachineCode.Found FOUND = MachineCode.find();

  private static FloatProducts products() {
    Assumptions.assumeTrue(FOUND.code().isPresent(), FOUND.reason());
    return FOUND.code().orElseThrow().floats();
  }

  @Property(tries = 400)
  void sumsAreOneChainOfMultiplyAdds(
      @ForAll @IntRange(min = 1, max = 15) int m,
      @ForAll @IntRange(min = 1, max = 11) int sixteens,
      @ForAll @IntRange(min = 1, max = 70) int k,
      @ForAll boolean accumulate,
      @ForAll long seed) {
    FloatProducts products = products();
    int n = 16 * sixteens;
    Random random = new Random(seed);
    float[] a = floats(random, 3 + m * (k + 2));
    float[] b = floats(random, 5 + k * (n + 7));
    float[] start = floats(random, 7 + m * (n + 3));
    float[] c = start.clone();
    products.multiply(1, m, n, k, a, 3, k + 2, 0, b, 5, n + 7, 0, c, 7, n + 3, 0, accumulate);
    float[] expected = start.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = 7 + i * (n + 3) + j;
        float sum = accumulate ? start[at] : 0;
        for (int t = 0; t < k; t++) {
          sum = Math.fma(a[3 + i * (k + 2) + t], b[5 + t * (n + 7) + j], sum);
        }
        expected[at] = sum;
      }
    }
    assertThat(c).isEqualTo(expected);
  }

  @Property(tries = 200)
  void productsOfOneCallAreThoseOfSeveral(
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll @IntRange(min = 1, max = 7) int m,
      @ForAll @IntRange(min = 1, max = 6) int sixteens,
      @ForAll @IntRange(min = 1, max = 70) int k,
      @ForAll boolean accumulate,
      @ForAll long seed) {
    FloatProducts products = products();
    int n = 16 * sixteens;
    Random random = new Random(seed);
    float[] a = floats(random, count * (m * k + 1));
    float[] b = floats(random, count * (k * n + 2));
    float[] c = floats(random, count * (m * n + 3));
    float[] expected = c.clone();
    int aStep = m * k + 1;
    int bStep = k * n + 2;
    int cStep = m * n + 3;
    products.multiply(count, m, n, k, a, 0, k, aStep, b, 0, n, bStep, c, 0, n, cStep, accumulate);
    for (int i = 0; i < count; i++) {
      products.multiply(
          1,
          m,
          n,
          k,
          a,
          i * aStep,
          k,
          0,
          b,
          i * bStep,
          n,
          0,
          expected,
          i * cStep,
          n,
          0,
          accumulate);
    }
    assertThat(c).isEqualTo(expected);
  }

  private static float[] floats(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  @Test
  void nothingIsReadOrWrittenOutOfBounds() {
    FloatProducts products = products();
    float[] a = new float[4];
    float[] b = new float[64];
    float[] c = new float[16];
    products.multiply(1, 1, 16, 4, a, 0, 4, 0, b, 0, 16, 0, c, 0, 16, 0, false);
    assertThatThrownBy(
            () -> products.multiply(1, 2, 16, 4, a, 0, 4, 0, b, 0, 16, 0, c, 0, 16, 0, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> products.multiply(1, 1, 16, 4, a, 1, 4, 0, b, 0, 16, 0, c, 0, 16, 0, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> products.multiply(1, 1, 16, 4, a, 0, 4, 0, b, 1, 16, 0, c, 0, 16, 0, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> products.multiply(1, 1, 16, 4, a, 0, 4, 0, b, 0, 16, 0, c, 1, 16, 0, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> products.multiply(2, 1, 16, 4, a, 0, 4, 0, b, 0, 16, 1, c, 0, 16, 0, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> products.multiply(1, 1, 8, 4, a, 0, 4, 0, b, 0, 16, 0, c, 0, 16, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> products.multiply(1, 1, 16, 4, a, 0, 4, 0, b, 0, 8, 0, c, 0, 16, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
