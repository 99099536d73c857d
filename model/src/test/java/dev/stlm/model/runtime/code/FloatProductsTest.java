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
    products.multiply(m, n, k, a, 3, k + 2, b, 5, n + 7, c, 7, n + 3, accumulate);
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
    products.multiply(1, 16, 4, a, 0, 4, b, 0, 16, c, 0, 16, false);
    assertThatThrownBy(() -> products.multiply(2, 16, 4, a, 0, 4, b, 0, 16, c, 0, 16, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.multiply(1, 16, 4, a, 1, 4, b, 0, 16, c, 0, 16, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.multiply(1, 16, 4, a, 0, 4, b, 1, 16, c, 0, 16, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.multiply(1, 16, 4, a, 0, 4, b, 0, 16, c, 1, 16, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.multiply(1, 8, 4, a, 0, 4, b, 0, 16, c, 0, 16, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> products.multiply(1, 16, 4, a, 0, 4, b, 0, 8, c, 0, 16, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
