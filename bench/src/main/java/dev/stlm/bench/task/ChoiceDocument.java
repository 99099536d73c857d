package dev.stlm.bench.task;

import dev.stlm.bench.stats.Observation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * One multiple-choice document: a request a choice, the likeliest wins.
 *
 * @param contexts the context of each request
 * @param continuations the continuation of each request, leading delimiter included
 * @param choices the texts whose lengths normalise likelihoods, delimiter excluded
 * @param gold index of the right choice; one that no choice has is always wrong
 * @param example the document with its answer, as few-shot examples show it
 */
public record ChoiceDocument(
    List<String> contexts,
    List<String> continuations,
    List<String> choices,
    int gold,
    String example) {
  /** Between a query and its answer. */
  public static final String TARGET_DELIMITER = " ";

  /** After each few-shot example. */
  public static final String EXAMPLE_DELIMITER = "\n\n";

  public ChoiceDocument {
    contexts = List.copyOf(contexts);
    continuations = List.copyOf(continuations);
    choices = List.copyOf(choices);
    if (choices.isEmpty()
        || contexts.size() != choices.size()
        || continuations.size() != choices.size()) {
      throw new IllegalArgumentException(
          "%d contexts, %d continuations, %d choices: one each is needed"
              .formatted(contexts.size(), continuations.size(), choices.size()));
    }
  }

  /** One query, several answers to it. */
  public static ChoiceDocument answers(String query, List<String> choices, int gold) {
    return new ChoiceDocument(
        Collections.nCopies(choices.size(), query),
        choices.stream().map(c -> TARGET_DELIMITER + c).toList(),
        choices,
        gold,
        query + TARGET_DELIMITER + at(choices, gold) + EXAMPLE_DELIMITER);
  }

  /** Several queries, one continuation of all: which query makes it likelier? */
  public static ChoiceDocument queries(List<String> queries, String target, int gold) {
    return new ChoiceDocument(
        queries,
        Collections.nCopies(queries.size(), TARGET_DELIMITER + target),
        queries,
        gold,
        at(queries, gold) + TARGET_DELIMITER + target + EXAMPLE_DELIMITER);
  }

  private static String at(List<String> list, int index) {
    return index >= 0 && index < list.size() ? list.get(index) : "";
  }

  /** The requests, each context after a prefix of few-shot examples. */
  public List<EvalRequest> requests(String prefix) {
    List<EvalRequest> requests = new ArrayList<>(choices.size());
    for (int i = 0; i < choices.size(); i++) {
      requests.add(new EvalRequest.LogLikelihood(prefix + contexts.get(i), continuations.get(i)));
    }
    return requests;
  }

  /** Marks answers by some of {@link Metric#ACC}, {@code ACC_NORM} and {@code ACC_BYTES}. */
  public Map<Metric, Observation> mark(List<Metric> metrics, List<Answer> answers) {
    double[] sums = answers.stream().mapToDouble(Answer::logLikelihood).toArray();
    Map<Metric, Observation> marks = new LinkedHashMap<>();
    for (Metric m : metrics) {
      double[] values =
          switch (m.name()) {
            case "acc" -> sums;
            case "acc_norm" -> divided(sums, c -> c.codePointCount(0, c.length()));
            case "acc_bytes" -> divided(sums, c -> c.getBytes(StandardCharsets.UTF_8).length);
            default -> throw new IllegalArgumentException("multiple choice has no metric " + m);
          };
      marks.put(m, Observation.of(argMax(values) == gold));
    }
    return marks;
  }

  private double[] divided(double[] sums, ToIntFunction<String> length) {
    double[] values = new double[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = sums[i] / length.applyAsInt(choices.get(i));
    }
    return values;
  }

  /** The lowest index among the largest, or of the first NaN: as numpy's argmax. */
  static int argMax(double[] values) {
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        return i;
      }
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
