package dev.stlm.training.internal.torch;

import java.util.SplittableRandom;

/**
 * What falls out in a step.
 *
 * @param rate share of values that fall out, from 0 to below 1
 * @param seed of which ones; a step and its micro-batches follow from it
 */
public record Noise(double rate, long seed) {
  /** Nothing. */
  public static final Noise NONE = new Noise(0, 0);

  /** Bits of a seed: it goes to the program as a 64-bit float, and places are added to it. */
  private static final int SEED_BITS = 48;

  /** The settings of a step of so many micro-batches; see {@link StepProgram}. */
  double[] settings(double learningRate, long step, double share, int groups) {
    double[] settings = new double[4 + groups];
    settings[0] = learningRate;
    settings[1] = step;
    settings[2] = share;
    settings[3] = rate;
    // the step is mixed in by a generator of its own: neighbours must not share seeds
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(seed).nextLong() + step * 0x9E3779B97F4A7C15L);
    for (int a = 0; a < groups; a++) {
      settings[4 + a] = random.nextLong() >>> (Long.SIZE - SEED_BITS);
    }
    return settings;
  }
}
