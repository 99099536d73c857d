package dev.stlm.bench.stats;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;

/**
 * CPython's {@code random.Random}, to the bit: MT19937 (Matsumoto and Nishimura 1998) seeded by the
 * array initialiser, {@code sample} and {@code choices} as CPython 3.8 to 3.13 draw them.
 *
 * <p>Few-shot examples and bootstrap errors of the lm-evaluation-harness come from this generator;
 * {@link java.util.Random} is another one. Not thread-safe.
 */
public final class PythonRandom {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX = 0x9908B0DF;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7FFFFFFF;

  private final int[] state = new int[N];
  private int next = N;

  /** A generator seeded as {@code random.Random(seed)} is. */
  public PythonRandom(long seed) {
    this(BigInteger.valueOf(seed));
  }

  /**
   * A generator seeded as {@code random.Random(seed)} is.
   *
   * @param seed any integer; Python takes its absolute value
   */
  public PythonRandom(BigInteger seed) {
    BigInteger rest = seed.abs();
    int[] key = new int[Math.max(1, (rest.bitLength() + 31) / 32)];
    for (int i = 0; i < key.length; i++) {
      key[i] = rest.intValue();
      rest = rest.shiftRight(32);
    }
    initialise(key);
  }

  private void initialise(int[] key) {
    int[] s = state;
    s[0] = 19650218;
    for (int i = 1; i < N; i++) {
      s[i] = 1812433253 * (s[i - 1] ^ (s[i - 1] >>> 30)) + i;
    }
    int i = 1;
    int j = 0;
    for (int round = Math.max(N, key.length); round > 0; round--) {
      s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >>> 30)) * 1664525)) + key[j] + j;
      i = step(i);
      j = j + 1 == key.length ? 0 : j + 1;
    }
    for (int round = N - 1; round > 0; round--) {
      s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >>> 30)) * 1566083941)) - i;
      i = step(i);
    }
    s[0] = UPPER;
  }

  private int step(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  /** The next 32-bit output word. */
  public int nextWord() {
    if (next == N) {
      regenerate();
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    return y ^ (y >>> 18);
  }

  private void regenerate() {
    int[] s = state;
    for (int k = 0; k < N; k++) {
      int y = (s[k] & UPPER) | (s[(k + 1) % N] & LOWER);
      s[k] = s[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX);
    }
  }

  /** A double in [0, 1) with 53 random bits. */
  public double uniform() {
    double a = nextWord() >>> 5;
    double b = nextWord() >>> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
  }

  /**
   * An integer in [0, n).
   *
   * @param n at least 1
   */
  public int below(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("below(" + n + "): at least 1 is needed");
    }
    int shift = Integer.numberOfLeadingZeros(n);
    int value;
    do {
      value = nextWord() >>> shift;
    } while (Integer.compareUnsigned(value, n) >= 0);
    return value;
  }

  /**
   * Indices of {@code count} different items of {@code population}, in drawn order.
   *
   * @param count between 0 and {@code population}
   */
  public int[] sample(int population, int count) {
    if (count < 0 || count > population) {
      throw new IllegalArgumentException(
          "can not draw " + count + " different items from " + population);
    }
    return population <= poolThreshold(count)
        ? sampleFromPool(population, count)
        : sampleByRejection(population, count);
  }

  /** CPython picks the cheaper of two methods by this threshold: 21 + 4^ceil(log4(3 count)). */
  private static long poolThreshold(int count) {
    long threshold = 21;
    if (count > 5) {
      threshold += 1L << (2 * (int) Math.ceil(Math.log(count * 3.0) / Math.log(4)));
    }
    return threshold;
  }

  private int[] sampleFromPool(int population, int count) {
    int[] pool = new int[population];
    for (int i = 0; i < population; i++) {
      pool[i] = i;
    }
    int[] picks = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(population - i);
      picks[i] = pool[j];
      pool[j] = pool[population - i - 1];
    }
    return picks;
  }

  private int[] sampleByRejection(int population, int count) {
    Set<Integer> used = new HashSet<>();
    int[] picks = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(population);
      while (!used.add(j)) {
        j = below(population);
      }
      picks[i] = j;
    }
    return picks;
  }

  /** Indices of {@code count} items of {@code population}, drawn with replacement. */
  public int[] choices(int population, int count) {
    int[] picks = new int[count];
    for (int i = 0; i < count; i++) {
      picks[i] = (int) (uniform() * population);
    }
    return picks;
  }
}
