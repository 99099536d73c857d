package dev.stlm.training.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BLEU of a corpus (Papineni et al. 2002) as sacreBLEU computes it by default: signature {@code
 * nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp}.
 *
 * @param score from 0 to 100
 * @param precisions of 1-grams to 4-grams, from 0 to 100, smoothed where none matches
 * @param brevityPenalty from 0 to 1: what too short hypotheses cost
 * @param hypothesisLength tokens of all hypotheses
 * @param referenceLength tokens of all references
 */
public record Bleu(
    double score,
    List<Double> precisions,
    double brevityPenalty,
    long hypothesisLength,
    long referenceLength) {
  private static final int ORDERS = 4;

  public Bleu {
    precisions = List.copyOf(precisions);
  }

  /**
   * Compares hypotheses with references.
   *
   * @param hypotheses texts to judge, at least one
   * @param references one for each
   */
  public static Bleu of(List<String> hypotheses, List<String> references) {
    TextPairs.check(hypotheses, references);
    long[] matches = new long[ORDERS];
    long[] totals = new long[ORDERS];
    long length = 0;
    long wanted = 0;
    for (int i = 0; i < hypotheses.size(); i++) {
      List<String> hypothesis = Tokens13a.of(hypotheses.get(i));
      List<String> reference = Tokens13a.of(references.get(i));
      length += hypothesis.size();
      wanted += reference.size();
      for (int n = 1; n <= ORDERS; n++) {
        Map<List<String>, Integer> expected = counts(reference, n);
        for (Map.Entry<List<String>, Integer> e : counts(hypothesis, n).entrySet()) {
          totals[n - 1] += e.getValue();
          matches[n - 1] += Math.min(e.getValue(), expected.getOrDefault(e.getKey(), 0));
        }
      }
    }
    return of(matches, totals, length, wanted);
  }

  private static Bleu of(long[] matches, long[] totals, long length, long wanted) {
    double brevity = 1;
    if (length < wanted) {
      brevity = length > 0 ? Math.exp(1 - wanted / (double) length) : 0;
    }
    Double[] precisions = {0.0, 0.0, 0.0, 0.0};
    double logarithms = 0;
    double smoothing = 1;
    for (int n = 0; n < ORDERS; n++) {
      if (matches[0] > 0 && totals[n] > 0) {
        // exponential smoothing (Chen and Cherry 2014, method 3)
        smoothing = matches[n] == 0 ? 2 * smoothing : smoothing;
        precisions[n] =
            100 * (matches[n] == 0 ? 1 / (smoothing * totals[n]) : matches[n] / (double) totals[n]);
      }
      logarithms += Math.log(precisions[n]); // of 0: the score is 0
    }
    return new Bleu(
        brevity * Math.exp(logarithms / ORDERS), List.of(precisions), brevity, length, wanted);
  }

  private static Map<List<String>, Integer> counts(List<String> tokens, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }
}
