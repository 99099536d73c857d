package dev.stlm.model.accounting;

import dev.stlm.model.config.FlatConfig;
import dev.stlm.model.config.ModelConfig;
import dev.stlm.model.config.PooledConfig;
import java.nio.charset.StandardCharsets;

/**
 * How long patches are in a page of plain English that is always at hand, so that costs can be
 * stated without a text. Other texts differ: {@link dev.stlm.tokenizer.Patcher#meanPatch} measures
 * them.
 */
public final class PatchSample {
  private static final String ENGLISH =
      """
      The boat came in late that evening, and most of the town had gone to bed. Only the keeper
      of the light was still awake; he had counted the ships since noon, as he did on every day of
      the year, and one was missing. "She will come," his daughter said, without looking up from
      her book. She was nine, and she was always right about ships.

      In 1887 the harbour had forty-two of them. By the end of the century it had five. Nobody
      could say exactly why: the fish were there, the weather was no worse than before, and the
      railway had not yet reached the coast. People simply left, one family after another, for
      places where the work was easier and the winters were short. Those who stayed learned to mend
      their own engines, to teach their own children, and to think little of the wind.
      """;

  private PatchSample() {}

  /** Mean bytes of a patch of the sample; 1 for a flat model. */
  public static double bytesPerPatch(ModelConfig config) {
    return switch (config) {
      case FlatConfig _ -> 1;
      case PooledConfig c ->
          c.patcher().create().meanPatch(ENGLISH.getBytes(StandardCharsets.UTF_8));
    };
  }
}
