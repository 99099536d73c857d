package dev.stlm.model.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels for 16-bit weights give the same bits, and those bits are right. */
class HalfKernelsTest {
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();

  @ParameterizedTest
  @EnumSource
  void everyNumberIsWidenedExactly(HalfFormat format) {
    short[] all = new short[65536];
    for (int i = 0; i < 65536; i++) {
      all[i] = (short) i;
    }
    float[] one = new float[65536];
    float[] two = new float[65536];
    scalar.widen(format, all, 65536, one, 0);
    vector.widen(format, all, 65536, two, 0);
    for (int i = 0; i < 65536; i++) {
      float expected =
          switch (format) {
            case BF16 -> Float.intBitsToFloat(i << 16);
            case F16 -> Float.float16ToFloat((short) i);
          };
      // as bits, so that −0 is not 0; all that are not numbers are the same
      assertThat(Float.floatToIntBits(one[i])).isEqualTo(Float.floatToIntBits(expected));
      assertThat(Float.floatToIntBits(two[i])).isEqualTo(Float.floatToIntBits(expected));
    }
  }

  @Property(tries = 100)
  void everyLengthIsWidened(
      @ForAll @IntRange(min = 1, max = 600) int n, @ForAll long seed, @ForAll HalfFormat format) {
    Random random = new Random(seed);
    short[] values = new short[n];
    for (int i = 0; i < n; i++) {
      values[i] = (short) random.nextInt(0x7000);
    }
    float[] one = new float[n + 9];
    float[] two = new float[n + 9];
    scalar.widen(format, values, n, one, 5);
    vector.widen(format, values, n, two, 5);
    for (int i = 0; i < n + 9; i++) {
      boolean written = i >= 5 && i < n + 5;
      float expected = written ? format.widen(values[i - 5]) : 0f;
      assertThat(one[i]).isEqualTo(expected);
      assertThat(two[i]).isEqualTo(expected);
    }
  }

  @Property(tries = 300)
  void productsAgreeAndAreRight(
      @ForAll @IntRange(min = 1, max = 11) int m,
      @ForAll @IntRange(min = 1, max = 9) int n,
      @ForAll @IntRange(min = 1, max = 150) int k,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] a = floats(random, 3 + m * (k + 2));
    float[] b = floats(random, 5 + n * (k + 1));
    float[] one = floats(random, 7 + m * (n + 3));
    float[] start = one.clone();
    float[] two = one.clone();
    float[] scratch = new float[2 + Kernels.HALF_SCRATCH];
    scalar.dots(m, n, k, a, 3, k + 2, b, 5, k + 1, one, 7, n + 3, scratch, 2);
    vector.dots(m, n, k, a, 3, k + 2, b, 5, k + 1, two, 7, n + 3, scratch, 2);
    assertThat(two).isEqualTo(one);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int t = 0; t < k; t++) {
          sum += (double) a[3 + i * (k + 2) + t] * b[5 + j * (k + 1) + t];
        }
        assertThat((double) one[7 + i * (n + 3) + j]).isCloseTo(sum, within(1e-4));
      }
    }
    for (int i = 0; i < one.length; i++) {
      if (i < 7 || (i - 7) % (n + 3) >= n) {
        assertThat(one[i]).isEqualTo(start[i]);
      }
    }
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian() * 2;
    }
    return values;
  }
}
