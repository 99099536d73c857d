package dev.stlm.bench.task;

import dev.stlm.bench.stats.Aggregation;

/**
 * A figure that a task reports.
 *
 * @param name as in the harness, such as {@code acc}
 * @param aggregation how documents become one figure
 * @param higherIsBetter which direction is good
 */
public record Metric(String name, Aggregation aggregation, boolean higherIsBetter) {
  /** Share of documents whose likeliest choice is right. */
  public static final Metric ACC = new Metric("acc", Aggregation.MEAN, true);

  /** The same with likelihoods divided by the choice's length in Unicode code points. */
  public static final Metric ACC_NORM = new Metric("acc_norm", Aggregation.MEAN, true);

  /** The same with likelihoods divided by the choice's length in UTF-8 bytes. */
  public static final Metric ACC_BYTES = new Metric("acc_bytes", Aggregation.MEAN, true);

  /** exp of minus nats a word. */
  public static final Metric WORD_PERPLEXITY =
      new Metric("word_perplexity", Aggregation.WEIGHTED_PERPLEXITY, false);

  /** exp of minus nats a byte. */
  public static final Metric BYTE_PERPLEXITY =
      new Metric("byte_perplexity", Aggregation.WEIGHTED_PERPLEXITY, false);

  /** Bits a byte of text. */
  public static final Metric BITS_PER_BYTE =
      new Metric("bits_per_byte", Aggregation.BITS_PER_BYTE, false);
}
