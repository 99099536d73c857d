package dev.stlm.serving.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses the tokens of one sequence; remembers what it chose. */
final class TokenSampler {
  private final Sampling sampling;
  private final SplittableRandom random;
  private final int[] generated;
  private final boolean[] seen;
  private final Integer[] order;

  TokenSampler(Sampling sampling, Prompt prompt, int sample, int vocabulary) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed() + sample);
    this.generated = new int[vocabulary];
    this.seen = new boolean[vocabulary];
    this.order = new Integer[vocabulary];
    if (sampling.repetitionPenalty() != 1) {
      for (int i = 0; i < prompt.length(); i++) {
        seen[prompt.id(i)] = true;
      }
    }
  }

  /** The next token; changes the logits. */
  int next(float[] logits) {
    adjust(logits);
    int token = sampling.temperature() == 0 ? argmax(logits) : draw(logits);
    generated[token]++;
    seen[token] = true;
    return token;
  }

  private void adjust(float[] logits) {
    for (int id = 0; id < logits.length; id++) {
      if (seen[id] && sampling.repetitionPenalty() != 1) {
        double penalty = sampling.repetitionPenalty();
        logits[id] = (float) (logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty);
      }
      if (generated[id] > 0) {
        logits[id] -=
            (float) (generated[id] * sampling.frequencyPenalty() + sampling.presencePenalty());
      }
    }
    sampling.logitBias().forEach((id, bias) -> logits[id] += bias.floatValue());
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  private int draw(float[] logits) {
    Arrays.setAll(order, id -> id);
    Arrays.sort(order, (a, b) -> Float.compare(logits[b], logits[a]));
    int n = sampling.topK() == 0 ? order.length : Math.min(sampling.topK(), order.length);
    double[] mass = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      mass[i] = Math.exp((logits[order[i]] - logits[order[0]]) / sampling.temperature());
      sum += mass[i];
    }
    double kept = 0;
    int size = 0;
    while (size < n && mass[size] >= sampling.minP() && kept < sampling.topP() * sum) {
      kept += mass[size++];
    }
    double at = random.nextDouble() * kept;
    for (int i = 0; i < size; i++) {
      at -= mass[i];
      if (at < 0) {
        return order[i];
      }
    }
    return order[size - 1];
  }
}
