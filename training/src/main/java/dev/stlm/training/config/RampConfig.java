package dev.stlm.training.config;

import static dev.stlm.training.config.SettingChecks.check;

/**
 * Short sequences first (Li et al. 2022, arXiv 2108.06084) or small batches first: what a step
 * reads at the start of a run. In stages of equal time the lengths double, and the sequences double
 * or halve, until both are what {@link BatchConfig} says. Four times the sequences of a quarter of
 * the length leave the ids of a step as they are.
 *
 * @param sequences sequences that go through the model at once at the start: the last number is
 *     this, or this doubled or halved some times
 * @param sequenceLength ids of a sequence at the start: the last length is this, doubled some times
 * @param until share of the run that is over when the last stage begins, above 0, to 1
 */
public record RampConfig(int sequences, int sequenceLength, double until) {
  public RampConfig {
    check("ramp.sequences", sequences, sequences >= 1 && sequences <= 1 << 20, "1 to 1048576");
    check("ramp.sequenceLength", sequenceLength, sequenceLength >= 1, "at least 1");
    check("ramp.until", until, until > 0 && until <= 1, "above 0, to 1");
  }

  /** Doublings from one size to the other, negative for halvings; or {@link #NONE}. */
  static int doublings(int first, int last) {
    int large = Math.max(first, last);
    int small = Math.min(first, last);
    if (large % small != 0 || Integer.bitCount(large / small) != 1) {
      return NONE;
    }
    int n = Integer.numberOfTrailingZeros(large / small);
    return last < first ? -n : n;
  }

  /** No number of doublings leads from one size to the other. */
  static final int NONE = Integer.MIN_VALUE;

  /** A size with so many of its doublings done as is due at this stage of so many. */
  static int at(int first, int doublings, int stage, int stages) {
    int done = (int) ((long) Math.abs(doublings) * stage / stages);
    return doublings < 0 ? first >> done : first << done;
  }
}
