package dev.stlm.model.generate;

/**
 * What came of drafts of later ids in a text.
 *
 * @param rounds how often drafts were made
 * @param drafted ids that were drafted
 * @param accepted of these, the ones that the text went on with
 */
public record DraftStatistics(int rounds, int drafted, int accepted) {
  /** Drafts that were right, a round; 0 without rounds. */
  public double acceptedPerRound() {
    return rounds == 0 ? 0 : (double) accepted / rounds;
  }
}
