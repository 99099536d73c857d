package dev.stlm.serving.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * OpenAI's changes of logits before one is drawn: from the logit of a token that was generated c
 * times are taken c · frequency penalty, and the presence penalty if c is more than 0; a bias is
 * added.
 */
final class Adjustment {
  private final Sampling sampling;
  private final boolean penalised;
  private final Map<Integer, Integer> counts = new HashMap<>();

  Adjustment(Sampling sampling) {
    this.sampling = sampling;
    this.penalised = sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0;
  }

  void apply(float[] logits) {
    counts.forEach((id, count) ->
        logits[id] -= (float) (count * sampling.frequencyPenalty() + sampling.presencePenalty()));
    sampling.logitBias().forEach((id, bias) -> logits[id] += bias.floatValue());
  }

  void chosen(int id) {
    if (penalised) {
      counts.merge(id, 1, Integer::sum);
    }
  }
}
