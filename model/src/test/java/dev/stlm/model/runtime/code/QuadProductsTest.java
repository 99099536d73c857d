package dev.stlm.model.runtime.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Products of bytes in machine code are exact, and are scaled as the other kernels do it. */
class QuadProductsTest {
  private static final MachineCode.Found FOUND = MachineCode.find();

  private static QuadProducts products(QuadWeights form) {
    Assumptions.assumeTrue(FOUND.code().isPresent(), FOUND.reason());
    return FOUND.code().orElseThrow().products(form);
  }

  @Property(tries = 600)
  void productsAreExactToTheBit(
      @ForAll QuadWeights form,
      @ForAll @IntRange(min = 1, max = 23) int m,
      @ForAll @IntRange(min = 1, max = 6) int sixteens,
      @ForAll @IntRange(min = 1, max = 64) int blockSixteens,
      @ForAll @IntRange(min = 1, max = 5) int blocks,
      @ForAll long seed) {
    QuadProducts products = products(form);
    int n = 16 * sixteens;
    int block = 16 * blockSixteens;
    int inputs = block * blocks;
    int aStride = inputs + 3;
    int cStride = n + 5;
    Random random = new Random(seed);
    float[] a = new float[2 + m * aStride];
    for (int i = 0; i < a.length; i++) {
      // mostly the largest values, of one sign: sums near the bound
      a[i] = random.nextInt(10) == 0 ? random.nextInt(255) - 127 : -127;
    }
    float[] packed = a.clone();
    float[] scales = new float[7 + m * 2 * blocks];
    for (int i = 0; i < m; i++) {
      for (int t = 0; t < blocks; t++) {
        // the largest magnitude, so that quantising changes nothing
        a[2 + i * aStride + t * block] = -127;
        packed[2 + i * aStride + t * block] = -127;
      }
    }
    products.quantise(m, packed, 2, aStride, block, blocks, scales, 7);
    for (int i = 0; i < m; i++) {
      for (int t = 0; t < blocks; t++) {
        assertThat(scales[7 + (i * blocks + t) * 2]).isEqualTo(1);
        scales[7 + (i * blocks + t) * 2] = random.nextFloat();
      }
    }
    int[][] weights = new int[inputs][n];
    for (int[] row : weights) {
      int most = form == QuadWeights.BYTES ? 127 : 7;
      Arrays.setAll(row, _ -> random.nextInt(10) == 0 ? random.nextInt(2 * most + 1) - most : most);
    }
    float[] c = new float[1 + m * cStride];
    Arrays.fill(c, 77);
    try (Arena arena = Arena.ofConfined()) {
      QuadPanels panel = panel(arena, form, weights, block, random);
      products.multiply(panel, 0, 1, m, packed, 2, aStride, scales, 7, c, 1, cStride);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < cStride; j++) {
          float expected = j < n ? 0 : 77;
          for (int t = 0; t < blocks && j < n; t++) {
            int sum = 0;
            for (int k = t * block; k < (t + 1) * block; k++) {
              sum += ((int) a[2 + i * aStride + k]) * weights[k][j];
            }
            float bScale = panel.scales().getAtIndex(ValueLayout.JAVA_FLOAT, (long) t * n + j);
            expected = Math.fma((float) sum, scales[7 + (i * blocks + t) * 2] * bScale, expected);
          }
          assertThat(c[1 + i * cStride + j]).as(i + ", " + j).isEqualTo(expected);
        }
      }
      assertThat(c[0]).isEqualTo(77);
    }
  }

  @Property(tries = 300)
  void inputsAreQuantisedAsByTheOtherKernels(
      @ForAll QuadWeights form,
      @ForAll @IntRange(min = 1, max = 64) int blockSixteens,
      @ForAll @IntRange(min = 1, max = 5) int blocks,
      @ForAll @IntRange(min = 0, max = 5) int kind,
      @ForAll long seed) {
    QuadProducts products = products(form);
    int block = 16 * blockSixteens;
    int inputs = block * blocks;
    Random random = new Random(seed);
    float[] x = new float[3 + blocks * block];
    for (int i = 0; i < x.length; i++) {
      x[i] = kind == 0 ? 0 : (float) (random.nextGaussian() * Math.exp(20 * random.nextGaussian()));
    }
    if (kind == 1) {
      x[3 + random.nextInt(block)] = Float.NaN;
    } else if (kind == 3) {
      for (int i = 0; i < x.length; i++) {
        x[i] *= Float.MIN_NORMAL;
      }
    } else if (kind == 2) {
      x[3 + random.nextInt(block)] = Float.NEGATIVE_INFINITY;
    }
    float[] got = x.clone();
    float[] scales = new float[1 + 2 * blocks];
    products.quantise(1, got, 3, inputs, block, blocks, scales, 1);
    MemorySegment bytes = MemorySegment.ofArray(got).asSlice(12);
    for (int t = 0; t < blocks; t++) {
      float max = 0;
      for (int i = 0; i < block; i++) {
        max = Math.max(max, Math.abs(x[3 + t * block + i]));
      }
      assertThat(Float.floatToIntBits(scales[1 + 2 * t]))
          .isEqualTo(Float.floatToIntBits(max / 127f));
      int sum = 0;
      for (int i = 0; i < block; i++) {
        int expected =
            (int) Math.rint(x[3 + t * block + i] * Math.min(127f / max, Float.MAX_VALUE));
        sum += expected;
        if (Float.isFinite(max)) {
          assertThat((int) bytes.get(ValueLayout.JAVA_BYTE, t * (long) block + i))
              .isEqualTo(expected);
        }
      }
      if (Float.isFinite(max)) {
        assertThat(Float.floatToRawIntBits(scales[2 + 2 * t]))
            .isEqualTo(-sum * (form == QuadWeights.BYTES ? 128 : 8));
      }
    }
  }

  private static QuadPanels panel(
      Arena arena, QuadWeights form, int[][] weights, int block, Random random) {
    int inputs = weights.length;
    int n = weights[0].length;
    int blocks = inputs / block;
    MemorySegment b = arena.allocate((long) inputs / form.inputs() * n * 4, 64);
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < n; j++) {
        if (form == QuadWeights.BYTES) {
          long at = (k / 4L * n + j) * 4 + k % 4;
          b.set(ValueLayout.JAVA_BYTE, at, (byte) (weights[k][j] + 128));
        } else {
          int inBlock = k % block;
          int inHalf = inBlock % (block / 2);
          long lane = k / block * (block / 8L) + inHalf / 4;
          long at = (lane * n + j) * 4 + inHalf % 4;
          int nibble = weights[k][j] + 8;
          int both =
              b.get(ValueLayout.JAVA_BYTE, at) | (inBlock < block / 2 ? nibble : nibble << 4);
          b.set(ValueLayout.JAVA_BYTE, at, (byte) both);
        }
      }
    }
    MemorySegment scales = arena.allocate(4L * blocks * n, 64);
    for (int i = 0; i < blocks * n; i++) {
      scales.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat());
    }
    return new QuadPanels(form, 1, n, block, blocks, b, scales);
  }

  @Test
  void nothingIsReadOrWrittenOutOfBounds() {
    QuadProducts products = products(QuadWeights.BYTES);
    float[] x = new float[64];
    assertThatThrownBy(() -> products.quantise(1, x, 40, 32, 32, 1, new float[2], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.quantise(1, x, 0, 32, 32, 1, new float[1], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.quantise(2, x, 0, 40, 32, 1, new float[4], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.quantise(1, x, 0, 24, 24, 1, new float[2], 0))
        .isInstanceOf(IllegalArgumentException.class);
    try (Arena arena = Arena.ofConfined()) {
      QuadPanels panel = panel(arena, QuadWeights.BYTES, new int[32][16], 32, new Random(1));
      MemorySegment small = panel.weights().asSlice(0, 32 * 16 - 1);
      assertThatThrownBy(
              () -> new QuadPanels(QuadWeights.BYTES, 1, 16, 32, 1, small, panel.scales()))
          .isInstanceOf(IllegalArgumentException.class);
      MemorySegment heap = MemorySegment.ofArray(new byte[32 * 16]);
      assertThatThrownBy(
              () -> new QuadPanels(QuadWeights.BYTES, 1, 16, 32, 1, heap, panel.scales()))
          .isInstanceOf(IllegalArgumentException.class);
      float[] c = new float[16];
      float[] scales = new float[18];
      assertThatThrownBy(() -> products.multiply(panel, 0, 1, 1, x, 0, 64, scales, 0, c, 1, 16))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> products.multiply(panel, 0, 2, 1, x, 0, 64, scales, 0, c, 0, 16))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> products.multiply(panel, 0, 1, 9, x, 0, 8, scales, 0, c, 0, 16))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> products.multiply(panel, 0, 1, 1, x, 0, 7, scales, 0, c, 0, 16))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> products.multiply(panel, 0, 1, 1, x, 0, 8, scales, 17, c, 0, 16))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void memoryOfWeightsIsZeroAndAligned() {
    products(QuadWeights.BYTES);
    WeightMemory memory = FOUND.code().orElseThrow().newMemory();
    for (long size : new long[] {1, 64, 100, 3 << 20, 5, 1 << 22}) {
      MemorySegment taken = memory.take(size);
      assertThat(taken.byteSize()).isEqualTo(size);
      assertThat(taken.address() % 64).isZero();
      assertThat(taken.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      taken.fill((byte) 1);
    }
  }
}
