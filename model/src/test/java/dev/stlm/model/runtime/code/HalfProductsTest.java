package dev.stlm.model.runtime.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Dot products with 16-bit floats in machine code add up in the order that all kernels keep. */
class HalfProductsTest {
  private static final MachineCode.Found FOUND = MachineCode.find();

  private static HalfProducts products() {
    Assumptions.assumeTrue(FOUND.code().isPresent(), FOUND.reason());
    return FOUND.code().orElseThrow().halves();
  }

  @Property(tries = 400)
  void sumsAreSixteenChainsAndATree(
      @ForAll HalfEncoding encoding,
      @ForAll @IntRange(min = 1, max = 11) int m,
      @ForAll @IntRange(min = 1, max = 11) int n,
      @ForAll @IntRange(min = 1, max = 9) int sixteens,
      @ForAll long seed) {
    HalfProducts products = products();
    int k = 16 * sixteens;
    Random random = new Random(seed);
    float[] a = new float[3 + m * (k + 2)];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextGaussian();
    }
    short[] halves = new short[n * k];
    float[] b = new float[5 + n * k / 2];
    for (int i = 0; i < halves.length; i++) {
      // all finite numbers, subnormal ones among them
      do {
        halves[i] = (short) random.nextInt();
      } while (!Float.isFinite(widen(encoding, halves[i]))
          || Math.abs(widen(encoding, halves[i])) > 1e4);
    }
    for (int i = 0; i < halves.length; i += 2) {
      b[5 + i / 2] = Float.intBitsToFloat((halves[i] & 0xFFFF) | halves[i + 1] << 16);
    }
    float[] c = new float[7 + m * (n + 3)];
    products.dots(encoding, m, n, k, a, 3, k + 2, b, 5, c, 7, n + 3);
    float[] expected = new float[c.length];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float[] sums = new float[16];
        for (int t = 0; t < k; t++) {
          sums[t % 16] =
              Math.fma(a[3 + i * (k + 2) + t], widen(encoding, halves[j * k + t]), sums[t % 16]);
        }
        for (int step = 8; step > 0; step /= 2) {
          for (int t = 0; t < step; t++) {
            sums[t] += sums[t + step];
          }
        }
        expected[7 + i * (n + 3) + j] = sums[0];
      }
    }
    assertThat(c).isEqualTo(expected);
  }

  private static float widen(HalfEncoding encoding, short bits) {
    return encoding == HalfEncoding.BF16
        ? Float.intBitsToFloat(bits << 16)
        : Float.float16ToFloat(bits);
  }

  @Test
  void nothingIsReadOrWrittenOutOfBounds() {
    HalfProducts products = products();
    HalfEncoding f16 = HalfEncoding.F16;
    float[] a = new float[32];
    float[] b = new float[16];
    float[] c = new float[4];
    products.dots(f16, 2, 2, 16, a, 0, 16, b, 0, c, 0, 2);
    assertThatThrownBy(() -> products.dots(f16, 3, 2, 16, a, 0, 16, b, 0, c, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.dots(f16, 1, 3, 16, a, 0, 16, b, 0, c, 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.dots(f16, 2, 2, 16, a, 0, 16, b, 0, c, 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.dots(f16, 1, 1, 8, a, 0, 8, b, 0, c, 0, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
