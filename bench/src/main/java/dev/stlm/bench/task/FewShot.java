package dev.stlm.bench.task;

import dev.stlm.bench.stats.PythonRandom;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a task picks the examples that it shows before a document.
 *
 * @param rule which examples of the pool
 * @param pool the split that examples come from; empty for none
 */
public record FewShot(Rule rule, String pool) {
  /** The ways to pick. */
  public enum Rule {
    /** Never any, whatever the user asks for. */
    NEVER,
    /** The first ones of the pool. */
    FIRST,
    /** Drawn at random for each document. */
    DRAWN,
    /**
     * Drawn at random with one to spare, which steps in where the evaluated document itself was
     * drawn. The harness does so even if the pool is another split, which shifts every later draw.
     */
    DRAWN_WITH_SPARE
  }

  /** No examples, ever. */
  public static final FewShot NEVER = new FewShot(Rule.NEVER, "");

  /** How many examples a document gets under some settings. */
  public int count(TaskSettings settings) {
    return rule == Rule.NEVER ? 0 : settings.fewShot().orElse(0);
  }

  /** A sampler over a pool: one a task, asked once a document in evaluation order. */
  <R> Sampler<R> sampler(List<R> rows, int count, long seed, String where) {
    int needed = rule == Rule.DRAWN_WITH_SPARE ? count + 1 : count;
    if (count > 0 && rows.size() < needed) {
      throw new InvalidInputException(
          "--fewshot: %d examples need %d documents and %s has %d; give a smaller number"
              .formatted(count, needed, where, rows.size()));
    }
    return new Sampler<>(this, rows, count, new PythonRandom(seed));
  }

  /** Draws in order; not thread-safe. */
  record Sampler<R>(FewShot fewShot, List<R> rows, int count, PythonRandom random) {
    /** The examples for the next document. */
    List<R> next(R evaluated) {
      if (count == 0) {
        return List.of();
      }
      return switch (fewShot.rule()) {
        case NEVER -> List.of();
        case FIRST -> rows.subList(0, count);
        case DRAWN -> draw(count).toList();
        case DRAWN_WITH_SPARE ->
            draw(count + 1).filter(row -> !row.equals(evaluated)).limit(count).toList();
      };
    }

    private java.util.stream.Stream<R> draw(int n) {
      return IntStream.of(random.sample(rows.size(), n)).mapToObj(rows::get);
    }
  }
}
