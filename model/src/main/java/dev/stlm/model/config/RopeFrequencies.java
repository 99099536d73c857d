package dev.stlm.model.config;

/**
 * How fast the channels of a head turn with the position (Su et al. 2021, arXiv 2104.09864): the
 * one place where a config's base, width and {@link RopeScaling} become numbers, for all runtimes.
 *
 * <p>Channel i of the first half of what rotates turns with channel i of the second half by the
 * angle {@code position · frequency(i)}; cosine and sine are multiplied by {@link #factor()}.
 *
 * <p>Longrope has two lists of factors, for sequences up to its original context and for longer
 * ones. A sequence that grows past that length would have to turn all of its keys again, and texts
 * read at once and id by id would differ; so the context length that the model was opened with
 * decides, once: more than the original context takes the long factors, else the short ones. A
 * model opened with a shorter context is the same model otherwise.
 */
public final class RopeFrequencies {
  private final double[] frequencies;
  private final double factor;

  private RopeFrequencies(double[] frequencies, double factor) {
    this.frequencies = frequencies;
    this.factor = factor;
  }

  /**
   * The frequencies of an attention part.
   *
   * @param contextLength most positions of a sequence of that part
   */
  public static RopeFrequencies of(AttentionConfig attention, int contextLength) {
    double[] plain = new double[attention.rotated() / 2];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = Math.pow(attention.ropeTheta(), -2.0 * i / attention.rotated());
    }
    return switch (attention.ropeScaling().orElse(null)) {
      case null -> new RopeFrequencies(plain, 1);
      case RopeScaling.Linear s -> {
        for (int i = 0; i < plain.length; i++) {
          plain[i] /= s.factor();
        }
        yield new RopeFrequencies(plain, 1);
      }
      case RopeScaling.Llama3 s -> {
        for (int i = 0; i < plain.length; i++) {
          plain[i] = llama3(plain[i], s);
        }
        yield new RopeFrequencies(plain, 1);
      }
      case RopeScaling.Longrope s -> {
        var factors = contextLength > s.originalContext() ? s.longFactors() : s.shortFactors();
        for (int i = 0; i < plain.length; i++) {
          plain[i] /= factors.get(i);
        }
        yield new RopeFrequencies(plain, s.attentionFactor());
      }
    };
  }

  private static double llama3(double frequency, RopeScaling.Llama3 s) {
    // turns within the original context
    double turns = s.originalContext() * frequency / (2 * Math.PI);
    if (turns > s.highFreqFactor()) {
      return frequency;
    }
    if (turns < s.lowFreqFactor()) {
      return frequency / s.factor();
    }
    double kept = (turns - s.lowFreqFactor()) / (s.highFreqFactor() - s.lowFreqFactor());
    return (1 - kept) * frequency / s.factor() + kept * frequency;
  }

  /** Pairs of channels that rotate. */
  public int pairs() {
    return frequencies.length;
  }

  /** Radians a position of a pair, in {@code [0, pairs())}. */
  public double frequency(int pair) {
    return frequencies[pair];
  }

  /** What cosines and sines are multiplied by. */
  public double factor() {
    return factor;
  }
}
